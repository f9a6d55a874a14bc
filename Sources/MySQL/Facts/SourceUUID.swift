/// The UUID of the server that wrote a transaction first: its `server_uuid`.
public struct SourceUUID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The 128 bits, in the order of the text.
  public let bits: UInt128

  /// The source with these bits.
  public init(bits: UInt128) { self.bits = bits }

  /// Reads `0ffbab10-0000-0000-0000-00000000000a`, in either case; nil for anything else. The server would also read
  /// one in braces or without dashes, but prints none.
  public init?(_ text: some StringProtocol) {
    var scanner = ByteScanner(text)
    guard let source = scanner.takeSource(), scanner.isAtEnd else { return nil }
    self = source
  }

  /// In lower case, as the server writes it.
  public var description: String {
    let digits = String(bits, radix: 16)
    var text = ""
    for (index, digit) in (String(repeating: "0", count: 32 - digits.count) + digits).enumerated() {
      if Self.dashes.contains(index) { text.append("-") }
      text.append(digit)
    }
    return text
  }

  /// Its beginning, for people. Servers that were made on one machine differ there, and not at the end, which is the
  /// machine's address (MySQL manual, "UUID()").
  public var short: String { description.prefix(8) + "…" }

  /// In the order in which the server prints them.
  public static func < (left: SourceUUID, right: SourceUUID) -> Bool { left.bits < right.bits }

  /// After how many digits a dash comes.
  fileprivate static let dashes = [8, 12, 16, 20]
}

extension ByteScanner {
  /// Takes a UUID with dashes.
  mutating func takeSource() -> SourceUUID? {
    var bits: UInt128 = 0
    for index in 0..<32 {
      if SourceUUID.dashes.contains(index), !take(.hyphen) { return nil }
      guard let byte = next, let digit = Self.hexadecimal(byte) else { return nil }
      advance()
      bits = bits << 4 | UInt128(digit)
    }
    return SourceUUID(bits: bits)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
