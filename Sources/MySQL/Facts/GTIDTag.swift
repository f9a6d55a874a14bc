/// What groups the transactions of one source since MySQL 8.3: up to 32 letters, digits and underscores (MySQL manual,
/// "GTID Format and Storage").
struct GTIDTag: Sendable, Hashable, Comparable {
  /// In lower case; empty for transactions without a tag.
  let text: String

  /// No tag.
  static let none = GTIDTag(text: "")

  /// In the order in which the server prints them: none first, and by bytes.
  static func < (left: GTIDTag, right: GTIDTag) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

extension ByteScanner {
  /// Whether a tag follows, and not a number.
  var isAtTag: Bool { next.flatMap { Self.inTag($0, first: true) } != nil }

  /// Takes a tag, in either case; nil when none follows, or one that is too long.
  mutating func takeTag() -> GTIDTag? {
    var text = ""
    while let byte = next, let character = Self.inTag(byte, first: text.isEmpty) {
      guard text.utf8.count < 32 else { return nil }
      text.unicodeScalars.append(Unicode.Scalar(character))
      advance()
    }
    return text.isEmpty ? nil : GTIDTag(text: text)
  }

  private static func inTag(_ byte: UInt8, first: Bool) -> UInt8? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"): byte
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
    case UInt8(ascii: "0")...UInt8(ascii: "9") where !first: byte
    default: nil
    }
  }
}
