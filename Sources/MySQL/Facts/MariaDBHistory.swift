public import Replication

/// How far a MariaDB server's history reaches: in each domain, the last transaction of every server that wrote there.
///
/// With `gtid_strict_mode` the numbers of a domain only grow, whoever writes (MariaDB documentation, "Global Transaction
/// ID"), so that a domain's history is a line, and whoever has a transaction has all that came before it. But a number
/// alone says nothing: after a failover two servers may have written the same one.
public struct MariaDBHistory: Position, Hashable {
  private struct Writer: Sendable, Hashable {
    let domain: UInt32
    let server: UInt32
  }

  /// The highest number of each.
  private var highest: [Writer: UInt64] = [:]

  /// Nothing was ever written.
  public init() {}

  /// The history in which these were seen.
  public init(_ gtids: some Sequence<MariaDBGTID>) {
    for gtid in gtids { see(gtid) }
  }

  /// Reads a list such as `gtid_binlog_state`, `gtid_slave_pos` or `Gtid_IO_Pos`, in any order; nil for anything else.
  public init?(_ text: some StringProtocol) {
    var scanner = ByteScanner(text)
    scanner.takeSpace()
    while !scanner.isAtEnd {
      guard let gtid = scanner.takeMariaDBGTID() else { return nil }
      see(gtid)
      scanner.takeSpace()
      if scanner.take(.comma) {
        scanner.takeSpace()
        // The server, too, wants something after a comma.
        guard !scanner.isAtEnd else { return nil }
      } else if !scanner.isAtEnd {
        return nil
      }
    }
  }

  private mutating func see(_ gtid: MariaDBGTID) {
    // Numbers begin at 1; 0 stands for nothing.
    guard gtid.sequence > 0 else { return }
    let writer = Writer(domain: gtid.domain, server: gtid.server)
    highest[writer] = max(highest[writer] ?? 0, gtid.sequence)
  }

  /// Whether nothing was ever written.
  public var isEmpty: Bool { highest.isEmpty }

  /// The last transaction of each server in each domain, by domain and server.
  public var gtids: [MariaDBGTID] {
    highest.map { MariaDBGTID(domain: $0.key.domain, server: $0.key.server, sequence: $0.value) }.sorted()
  }

  /// Last transactions of a domain that have the same number: of the two at most one can be followed by another.
  private var forks: [MariaDBGTID] {
    let heads = heads
    // By domain: their neighbours.
    return zip(heads.indices, heads).filter { index, head in
      (index > heads.startIndex && heads[index - 1].domain == head.domain)
        || (index + 1 < heads.endIndex && heads[index + 1].domain == head.domain)
    }.map(\.1)
  }

  /// It was merged of histories that had parted, and no server can have all of it.
  public var isTorn: Bool { !forks.isEmpty }

  /// In each domain the last transaction, by domain. More than one have the same number only when histories that had
  /// parted were merged, or without `gtid_strict_mode`.
  public var heads: [MariaDBGTID] {
    var last: [UInt32: UInt64] = [:]
    for (writer, sequence) in highest { last[writer.domain] = max(last[writer.domain] ?? 0, sequence) }
    return gtids.filter { last[$0.domain] == $0.sequence }
  }

  /// What `server` wrote.
  public func only(server: UInt32) -> MariaDBHistory { MariaDBHistory(gtids.filter { $0.server == server }) }

  /// The last transactions of this history that are no part of `other`.
  public func subtracting(_ other: MariaDBHistory) -> MariaDBHistory {
    MariaDBHistory(gtids.filter { !other.contains($0) })
  }

  /// What either has seen. What a server has is in `gtid_binlog_state`, in `gtid_slave_pos`, and with relay logs that
  /// are not applied yet in `Gtid_IO_Pos`.
  public func merging(_ other: MariaDBHistory) -> MariaDBHistory {
    var merged = self
    merged.highest.merge(other.highest) { max($0, $1) }
    return merged
  }

  /// Whether the transaction is a part of this history, as far as the server told: its writer wrote this or a later one.
  ///
  /// This is wrong of a server that lost transactions, was cloned, and wrote again with the same `server_id`: they seem
  /// to be known. The server finds out by its binary logs, and refuses the replica that has them, when that one is in
  /// `gtid_strict_mode` (error 1236, MariaDB, `sql/share/errmsg-utf8.txt`, ER_GTID_START_FROM_BINLOG_HOLE).
  public func contains(_ gtid: MariaDBGTID) -> Bool {
    highest[Writer(domain: gtid.domain, server: gtid.server)].map { $0 >= gtid.sequence } ?? false
  }

  /// How this history relates to another. It is a part of the other when the other has its last transaction in every
  /// domain; servers that wrote earlier, and that one of the two does not remember, do not matter. `equal` therefore
  /// says that both end with the same transactions, not that they were told in the same words. One that is torn has only those
  /// as parts that are torn in the same way.
  public func standing(against other: MariaDBHistory) -> Standing {
    switch (isPart(of: other), other.isPart(of: self)) {
    case (true, true): .equal
    case (true, false): .behind
    case (false, true): .ahead
    case (false, false): .diverged
    }
  }

  private func isPart(of other: MariaDBHistory) -> Bool {
    heads.allSatisfy(other.contains) && other.forks.allSatisfy(contains)
  }

  /// The last transactions that `primary` has not and did not write itself; empty when nothing is wrong.
  ///
  /// One with the primary's own server ID is not counted: with semi-synchronous replication (AFTER_SYNC) the primary
  /// sends it before it commits, and `primary` may have been read a moment before this history.
  public func errant(comparedTo primary: MariaDBHistory, primaryServerID: UInt32) -> MariaDBHistory {
    MariaDBHistory(heads.filter { !primary.contains($0) && $0.server != primaryServerID })
  }

  /// The one text for this history, by domain and server: `0-1-100,0-2-101`.
  public var description: String { gtids.map(\.description).joined(separator: ",") }

  /// For people, about 60 characters at most: the last transaction of each domain, as `gtid_binlog_pos` shows it, or the
  /// first of them and how many more there are.
  public var short: String {
    let limit = 60
    let heads = heads
    let list = heads.map(\.description).joined(separator: ",")
    guard list.utf8.count > limit, let first = heads.first else { return list }
    var shown = first.description
    var hidden = heads.dropFirst()
    while let head = hidden.first, shown.utf8.count + head.description.utf8.count < limit - 15 {
      shown += ",\(head)"
      hidden = hidden.dropFirst()
    }
    return "\(shown) and \(hidden.count) more"
  }
}
