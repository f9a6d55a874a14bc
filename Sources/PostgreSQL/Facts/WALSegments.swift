/// The files of `pg_wal`, as far as a search for the end of WAL needs them.
public struct WALSegments: Sendable, Equatable {
  /// Bytes a file.
  public let size: UInt64
  private let numbers: Set<UInt64>

  /// The segments of one timeline among `names`; nil when `size` is none that initdb makes.
  public init?(names: [String], timeline: Timeline, size: UInt64) {
    guard size >= 1 << 20, size <= 1 << 30, size & (size - 1) == 0 else { return nil }
    self.size = size
    let perLog = (1 << 32) / size
    let prefix = timeline.historyFileName.prefix(8)
    numbers = Set(
      names.compactMap { name -> UInt64? in
        guard name.utf8.count == 24, name.hasPrefix(prefix),
          let high = UInt64(name.dropFirst(8).prefix(8), radix: 16),
          let low = UInt64(name.suffix(8), radix: 16)
        else { return nil }
        return high * perLog + low
      })
  }

  /// Where the files that follow one another from `place` on end; nil when the first of them is missing.
  public func end(from place: LSN) -> LSN? {
    var number = place.bytes / size
    guard numbers.contains(number) else { return nil }
    while numbers.contains(number + 1) { number += 1 }
    // The log ends where 64 bits do.
    let (end, overflows) = (number + 1).multipliedReportingOverflow(by: size)
    return LSN(overflows ? .max : end)
  }
}
