/// Reads a text once, from left to right, by bytes: what servers print of GTIDs is ASCII. A method that returns nil may
/// have taken a part of what it is named after: the text is refused then.
struct ByteScanner {
  private var rest: String.UTF8View.Iterator
  /// The next byte; nil at the end.
  private(set) var next: UInt8?

  init(_ text: some StringProtocol) {
    rest = String(text).utf8.makeIterator()
    next = rest.next()
  }

  var isAtEnd: Bool { next == nil }

  /// Takes the next byte.
  mutating func advance() { next = rest.next() }

  /// Takes `byte` if it is the next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    advance()
    return true
  }

  /// Takes what C's isspace() takes.
  mutating func takeSpace() {
    while let byte = next, byte == 0x20 || (0x09...0x0D).contains(byte) { advance() }
  }

  /// Takes a decimal number without a sign; nil when there is none, or one beyond 64 bits.
  mutating func takeNumber() -> UInt64? {
    guard var number = digit() else { return nil }
    while let digit = digit() {
      let (tens, tooMany) = number.multipliedReportingOverflow(by: 10)
      let (sum, tooMuch) = tens.addingReportingOverflow(digit)
      guard !tooMany, !tooMuch else { return nil }
      number = sum
    }
    return number
  }

  private mutating func digit() -> UInt64? {
    guard let byte = next, (0x30...0x39).contains(byte) else { return nil }
    advance()
    return UInt64(byte) - 0x30
  }
}

extension UInt8 {
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let hyphen = UInt8(ascii: "-")
}
