/// What can be read from PostgreSQL's tools about a rewind or a copy.
public enum RewindOutput {
  /// The last `(42%)` in what pg_rewind or pg_basebackup wrote; nil before the first.
  public static func percent(_ bytes: [UInt8]) -> Int? {
    let text = String(decoding: bytes.suffix(400), as: UTF8.self)
    for part in text.split(separator: "(", omittingEmptySubsequences: false).dropFirst().reversed() {
      let digits = part.prefix { $0.isASCII && $0.isNumber }
      if !digits.isEmpty, part.dropFirst(digits.count).hasPrefix("%)") { return Int(digits) }
    }
    return nil
  }

  /// The MiB of `need to copy 60 MB (total source directory size is 83 MB)`; nil when it says no such thing.
  public static func mebibytesToCopy(_ text: String) -> UInt64? {
    guard let found = text.firstRange(of: "need to copy ") else { return nil }
    return UInt64(text[found.upperBound...].prefix { $0.isNumber })
  }

  /// Why pg_rewind cannot work on data of which pg_controldata says this; nil if it can (manual, "pg_rewind").
  public static func obstacle(controlData text: String) -> String? {
    let lines = text.split(separator: "\n")
    func value(_ name: String) -> Substring? {
      lines.first { $0.hasPrefix(name) }.map { $0.dropFirst(name.count).drop { $0 == " " } }
    }
    if value("wal_log_hints setting:") == "on" { return nil }
    if let version = value("Data page checksum version:"), version != "0" { return nil }
    return "neither wal_log_hints nor data checksums are on"
  }

  /// The line that says why a tool failed: the last one with "error" or "fatal", else the last one.
  public static func lastWords(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    let telling = lines.last { line in ["error:", "fatal:", "FATAL:"].contains { line.contains($0) } }
    return String(telling ?? lines.last ?? "it said nothing")
  }
}
