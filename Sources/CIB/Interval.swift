/// The time that Pacemaker reads in an interval or timeout: "10s", "10" (seconds), "500ms", "1min", "2h", or an ISO
/// 8601 duration such as "PT1M30S" (a month counts 30 days and a year 365, which no interval uses). Fractions are cut,
/// as Pacemaker does. nil for text that is none of these.
func duration(_ text: String?) -> Duration? {
  guard let text else { return nil }
  let trimmed = text.utf8.drop(while: isBlank)
  if trimmed.first == UInt8(ascii: "P") { return isoDuration(trimmed.dropFirst()) }
  let number = trimmed.prefix { isDigit($0) || $0 == UInt8(ascii: ".") }
  guard let value = leadingInteger(number) else { return nil }
  let unit = trimmed.dropFirst(number.count).filter { !isBlank($0) }
  switch String(decoding: unit, as: UTF8.self).lowercased() {
  case "ms", "msec": return .milliseconds(min(value, longest * 1000))
  case "us", "usec": return .milliseconds(min(value, longest) / 1000)
  case "", "s", "sec": return .seconds(min(value, longest))
  case "m", "min": return .seconds(min(value, longest / 60) * 60)
  case "h", "hr": return .seconds(min(value, longest / 3600) * 3600)
  default: return nil
  }
}

/// Three thousand years: what is longer is this long, so that no sum or product of durations overflows.
private let longest = 100_000_000_000

private func isoDuration(_ text: Substring.UTF8View) -> Duration? {
  var rest = text
  var seconds = 0
  var isTime = false
  var parts = 0
  while let byte = rest.first {
    if byte == UInt8(ascii: "T"), !isTime {
      isTime = true
      rest = rest.dropFirst()
      continue
    }
    let digits = rest.prefix(while: isDigit)
    rest = rest.dropFirst(digits.count)
    guard let value = leadingInteger(digits), let unit = rest.popFirst(),
      let size = isoUnit(unit, isTime: isTime)
    else { return nil }
    seconds = min(seconds + min(value, longest / size) * size, longest)
    parts += 1
  }
  return parts > 0 ? .seconds(seconds) : nil
}

private func isoUnit(_ unit: UInt8, isTime: Bool) -> Int? {
  switch (Character(UnicodeScalar(unit)), isTime) {
  case ("Y", false): 365 * 86400
  case ("M", false): 30 * 86400
  case ("W", false): 7 * 86400
  case ("D", false): 86400
  case ("H", true): 3600
  case ("M", true): 60
  case ("S", true): 1
  default: nil
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// The integer at the start of digits and dots, Int.max when it is larger; nil when there is no digit.
private func leadingInteger(_ text: Substring.UTF8View) -> Int? {
  let digits = text.prefix(while: isDigit)
  return digits.isEmpty ? nil : Int(String(decoding: digits, as: UTF8.self)) ?? Int.max
}
