extension WALPosition {
  /// The last place that both histories have; nil if they have none in common.
  public func fork(with other: WALPosition) -> Fork? {
    let own = ancestry + [Fork(timeline: timeline, at: lsn)]
    let theirs = other.ancestry + [Fork(timeline: other.timeline, at: other.lsn)]
    var last: Fork?
    let twin = twin(in: other)
    for (mine, their) in zip(own, theirs) {
      guard mine.timeline == their.timeline, mine.timeline != twin else { break }
      last = Fork(timeline: mine.timeline, at: min(mine.at, their.at))
      if mine != their { break }
    }
    return last
  }

  /// The stretches of WAL that this history has after `fork`, oldest first: where each begins, and where it ends.
  public func stretches(after fork: Fork) -> [(timeline: Timeline, from: LSN, to: LSN)] {
    let own = ancestry + [Fork(timeline: timeline, at: lsn)]
    guard let first = own.firstIndex(where: { $0.timeline == fork.timeline }) else { return [] }
    var begin = fork.at
    return own[first...].map { part in
      defer { begin = part.at }
      return (part.timeline, begin, part.at)
    }
  }

  /// How many bytes of WAL come after `fork`.
  public func bytes(after fork: Fork) -> UInt64 {
    stretches(after: fork).reduce(0) { $0 + $1.to.distance(after: $1.from) }
  }
}

extension WALSegments {
  /// Those of `names`, as they are in `pg_wal`, that hold the WAL of `position` after `fork`, and the histories of its
  /// timelines.
  public static func abandoned(_ names: [String], by position: WALPosition, after fork: Fork, size: UInt64)
    -> [String]
  {
    let stretches = position.stretches(after: fork)
    let perLog = size > 0 ? max(1, (1 << 32) / size) : 1
    return names.filter { name in
      stretches.contains { part in
        let prefix = part.timeline.historyFileName.prefix(8)
        guard size > 0, name.hasPrefix(prefix) else { return false }
        if name == part.timeline.historyFileName { return true }
        let digits = name.dropFirst(8)
        guard digits.count == 16 || name.hasSuffix(".partial"),
          let high = UInt64(digits.prefix(8), radix: 16),
          let low = UInt64(digits.dropFirst(8).prefix(8), radix: 16)
        else { return false }
        let number = high * perLog + low
        return number >= part.from.bytes / size && number <= part.to.bytes / size
      }
    }
  }
}
