/// A commit in WAL, as pg_waldump prints it.
public struct CommitRecord: Sendable, Equatable {
  /// The transaction.
  public let transaction: String
  /// When it was committed, as the server wrote it.
  public let time: String
  /// Where its record is.
  public let lsn: LSN

  /// Reads `rmgr: Transaction len (rec/tot): 34/34, tx: 735, lsn: 0/0152A2B8, prev 0/0152A280, desc: COMMIT 2026-11-25
  /// 22:00:00.000000 UTC; ...`; nil for a line that is no commit.
  public init?(_ line: some StringProtocol) {
    guard line.hasPrefix("rmgr: Transaction"), let desc = line.firstRange(of: "desc: COMMIT") else {
      return nil
    }
    func field(_ name: String) -> Substring? {
      guard let found = line.firstRange(of: name) else { return nil }
      return Substring(line[found.upperBound...].drop { $0 == " " }.prefix { $0 != "," && $0 != " " })
    }
    guard let lsn = field(" lsn:").flatMap({ LSN($0) }), var transaction = field(" tx:") else { return nil }
    var rest = Substring(line[desc.upperBound...])
    if rest.hasPrefix("_PREPARED ") {
      rest = rest.dropFirst("_PREPARED ".count)
      transaction = rest.prefix { $0.isNumber }
      rest = rest.drop { $0 != " " }
    }
    guard rest.hasPrefix(" ") else { return nil }
    self.transaction = String(transaction)
    self.lsn = lsn
    time = String(rest.dropFirst().prefix { $0 != ";" })
  }
}

/// What a diverged instance has and its primary has not, and its report.
public struct AbandonedWAL: Sendable, Equatable {
  /// The node that had it.
  public var node = ""
  /// Its data directory.
  public var pgdata = ""
  /// The primary's node.
  public var primary = ""
  /// How far its own history reaches.
  public var own: WALPosition
  /// How far the primary's did when they were compared.
  public var other: WALPosition
  /// The last place that both have.
  public var fork: Fork
  /// The commits that were listed.
  public var commits: [CommitRecord] = []
  /// There are more than were listed, or the WAL could not be read to its end.
  public var isListWhole = true
  /// The files that were kept, and their bytes.
  public var files: [String] = []
  /// How many bytes they have.
  public var fileBytes: UInt64 = 0

  /// What has been compared so far.
  public init(own: WALPosition, other: WALPosition, fork: Fork) {
    self.own = own
    self.other = other
    self.fork = fork
  }

  /// How many commits, in words.
  private var count: String {
    (isListWhole ? "" : "at least ") + (commits.count == 1 ? "1 commit" : "\(commits.count) commits")
  }

  /// One line, for the log.
  public var summary: String {
    var text =
      "\(own.bytes(after: fork)) bytes of WAL after \(fork.at) on timeline \(fork.timeline), \(count)"
    if let first = commits.first, let last = commits.last {
      text += first == last ? " at \(first.time)" : " from \(first.time) to \(last.time)"
    }
    return text
  }

  /// The file report.txt.
  /// - Parameter bindir: where pg_waldump is.
  public func report(bindir: String, directory: String) -> String {
    let stretches = own.stretches(after: fork)
    var lines = [
      "This node had WAL that the primary had not. It was kept here before the node was brought back.", "",
      "node:            \(node)", "data directory:  \(pgdata)", "its WAL reached: \(own.short)",
      "primary:         \(primary), \(other.short)",
      "both have:       up to \(fork.at) on timeline \(fork.timeline)",
      "abandoned:       \(own.bytes(after: fork)) bytes of WAL, \(count)",
    ]
    if let first = commits.first, let last = commits.last {
      lines.append("committed:       \(first.time) to \(last.time)")
    }
    lines += ["files:           \(files.count) of WAL, \(fileBytes) bytes, in \(directory)/wal", ""]
    lines += [
      "Without synchronous replication, clients were told that these commits had succeeded.",
      "", "To read it (as root, or as the database's user with a copy of the files):", "",
    ]
    lines += stretches.map { part in
      "  \(bindir)/pg_waldump --path=\(directory)/wal --timeline=\(part.timeline) --start=\(part.from) --end=\(part.to)"
    }
    lines += [
      "",
      "Each line is a change; those of one transaction have the same \"tx\", and \"rel A/B/C\" names tablespace, database",
      "and file of the table: SELECT pg_filenode_relation(A, C) in database B of the primary says which table it is.",
      "",
      commits.isEmpty ? "No commit is in it." : "Commits (transaction, time, place):",
    ]
    lines += commits.map { "  \($0.transaction)  \($0.time)  \($0.lsn)" }
    if !isListWhole { lines.append("  ... and perhaps more: pg_waldump --rmgr=Transaction lists them all") }
    return lines.joined(separator: "\n") + "\n"
  }
}
