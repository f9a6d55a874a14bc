/// A place in the write-ahead log, in bytes; written `16/B374D848` as PostgreSQL does.
public struct LSN: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Bytes since the beginning of the log.
  public let bytes: UInt64

  /// The place after `bytes` bytes.
  public init(_ bytes: UInt64) { self.bytes = bytes }

  /// Reads `16/B374D848`: two hexadecimal numbers of up to 32 bits; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let high = parts.first, let low = parts.last, high.count <= 8, low.count <= 8,
      // Swift would take a sign.
      high.first?.isHexDigit ?? false, low.first?.isHexDigit ?? false, let highBits = UInt32(high, radix: 16),
      let lowBits = UInt32(low, radix: 16)
    else { return nil }
    bytes = UInt64(highBits) << 32 | UInt64(lowBits)
  }

  /// As PostgreSQL writes it.
  public var description: String {
    String(bytes >> 32, radix: 16, uppercase: true) + "/"
      + String(bytes & 0xFFFF_FFFF, radix: 16, uppercase: true)
  }

  /// Earlier in the log.
  public static func < (left: LSN, right: LSN) -> Bool { left.bytes < right.bytes }

  /// How many bytes this place lies after `earlier`; zero if it does not.
  public func distance(after earlier: LSN) -> UInt64 { bytes > earlier.bytes ? bytes - earlier.bytes : 0 }
}

/// The number of a timeline. A number alone says nothing of ancestry: see `WALPosition`.
public struct Timeline: Sendable, Hashable, CustomStringConvertible {
  /// The number, from 1.
  public let number: UInt32

  /// A timeline; nil for 0, which PostgreSQL uses for "none".
  public init?(_ number: UInt32) {
    guard number > 0 else { return nil }
    self.number = number
  }

  /// Reads a decimal number.
  public init?(_ text: some StringProtocol) {
    guard text.first?.isNumber ?? false, let number = UInt32(text) else { return nil }
    self.init(number)
  }

  /// The decimal number.
  public var description: String { String(number) }

  /// The name of the file that holds the timeline's ancestry, in `pg_wal` (manual, "Timelines").
  public var historyFileName: String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: 8 - digits.count) + digits + ".history"
  }
}
