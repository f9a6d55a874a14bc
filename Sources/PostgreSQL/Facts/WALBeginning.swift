/// What tells two timelines of the same number apart.
///
/// A standby that is promoted takes the next number that it knows to be free. If its server dies before anybody has heard of
/// that, the next to be promoted takes the same, and perhaps at the same place: number, place and ancestry then say nothing, and
/// PostgreSQL itself lets the one follow the other. But a timeline begins with a record (end of recovery, or a checkpoint) that
/// has the time in microseconds in it (PostgreSQL, `xlog.c`, CreateEndOfRecoveryRecord).
public struct WALBeginning: Sendable, Hashable, CustomStringConvertible {
  /// How many bytes from `place` on, where a timeline begins, are enough, whatever is there.
  public static func length(at place: LSN) -> Int { (place.bytes % page == 0 ? 40 : 0) + record }

  /// The shortest record with which a timeline begins: a header of 24 bytes, 2 for its data, and 16 of it.
  private static let record = 42
  /// XLOG_BLCKSZ, unless the server was built in an unusual way; another size does not matter as long as all have the same.
  private static let page: UInt64 = 8192

  private let hash: UInt32

  /// That of the timeline of which these are the first bytes, from `place` on; nil if they are too few.
  public init?(_ bytes: [UInt8], at place: LSN) {
    var record = bytes[...]
    // A page begins with a header, and the first of a file with a longer one (xlog_internal.h: XLP_LONG_HEADER in xlp_info).
    if place.bytes % Self.page == 0, bytes.count >= 4 {
      let info = bytes.dropFirst(2).prefix(2)
      record = record.dropFirst(info.contains { $0 & 0x02 != 0 } ? 40 : 24)
    }
    guard record.count >= Self.record else { return nil }
    // FNV-1a.
    hash = record.prefix(Self.record).reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }

  /// Eight hexadecimal digits.
  public var description: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Reads what `description` writes.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 8, text.allSatisfy({ $0.isASCII && $0.isHexDigit }),
      let hash = UInt32(text, radix: 16)
    else { return nil }
    self.hash = hash
  }
}
