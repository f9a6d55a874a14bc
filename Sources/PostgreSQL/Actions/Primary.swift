internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import Replication
internal import ReplicationActions

/// What the instance's `primary_conninfo` should be.
struct ReplicationConnection {
  let instance: Instance
  /// The port, the same on every node.
  let port: Int
  /// The name by which the primary knows this standby: the node's.
  let applicationName: String

  /// A libpq connection string without any secret; empty for nobody.
  func string(to upstream: Upstream?) -> String {
    guard let upstream else { return "" }
    var parts = [
      ("host", upstream.address), ("port", String(port)), ("user", instance.replicationUser),
      ("application_name", applicationName), ("connect_timeout", "5"),
      // The primary's node may vanish without a word: without these a receiver would wait for two hours of TCP.
      ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "3"),
    ]
    if let passfile = instance.values.text(Declarations.passfile) { parts.append(("passfile", passfile)) }
    // Its worker that copies failover slots connects to a database (PostgreSQL 17, slotsync.c).
    if instance.synchronizesSlots {
      parts.append(("dbname", instance.values.text(Declarations.database) ?? "postgres"))
    }
    let own = parts.map { "\($0.0)=\(quoted($0.1))" }.joined(separator: " ")
    let more = instance.values.text(Declarations.replicationOptions) ?? ""
    return more.isEmpty ? own : own + " " + more
  }

  /// libpq's quoting (manual, "Connection Strings").
  func quoted(_ value: String) -> String {
    let isPlain =
      !value.isEmpty
      && value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:".contains($0)) }
    if isPlain { return value }
    var text = String.UnicodeScalarView()
    for scalar in value.unicodeScalars where scalar.value >= 0x20 {
      if scalar == "'" || scalar == "\\" { text.append("\\") }
      text.append(scalar)
    }
    return "'\(String(text))'"
  }

  /// A connection from this node to what a connection string names, as the database's user.
  func connect(_ string: String, until deadline: Deadline) throws(ConnectionError) -> Connection {
    guard let user = instance.user else { throw .unreachable(instance.userProblem ?? "no user") }
    let limit = instance.values.duration(Declarations.queryTimeout) ?? .seconds(5)
    return try acting(as: user, cannotSwitch: { .unreachable($0.reason) }) { () throws(ConnectionError) in
      try Connection([("dbname", string)], within: limit, until: deadline)
    }
  }

  /// Asks the primary whose WAL the instance's is a part of.
  func compare(
    _ own: WALPosition, systemIdentifier: UInt64?, with upstream: Upstream, until deadline: Deadline
  )
    -> HistoryCheck
  {
    do throws(ConnectionError) {
      let remote = try position(of: upstream, knownTo: own, until: deadline)
      if let systemIdentifier, systemIdentifier != remote.systemIdentifier {
        return .foreign(
          "system identifier \(systemIdentifier), the primary on \(upstream.node) has \(remote.systemIdentifier)"
        )
      }
      switch own.standing(against: remote.position) {
      case .behind, .equal: return .follows
      case .ahead, .diverged:
        return .diverged("WAL reaches \(own.short), the primary on \(upstream.node) is at \(remote.position)")
      }
    } catch {
      let reason = "\(upstream.node): \(error.reason)"
      return error.saysServerIsDown ? .primaryDown(reason) : .primaryUnreachable(reason)
    }
  }
}

extension ReplicationConnection {
  /// The position of `upstream`, and how its own timeline, and the one that `own` is on, began there.
  func position(
    of upstream: Upstream, knownTo own: WALPosition?, until deadline: Deadline
  ) throws(ConnectionError) -> (position: WALPosition, systemIdentifier: UInt64) {
    let address = string(to: upstream) + " replication=true"
    var (position, identifier) = try connect(address, until: deadline).walPosition(until: deadline)
    for timeline in Set([position.timeline, own?.timeline ?? position.timeline]) {
      guard let place = position.beginning(of: timeline), position.hasLeft(place) else { continue }
      // Under the node's name it would look like the standby itself.
      position.beginnings[timeline] = try? connect(
        address + " application_name=martlet", until: deadline
      ).beginning(of: timeline, at: place, until: deadline)
    }
    return (position, identifier)
  }
}

extension WALPosition {
  /// The record with which its timeline begins is whole.
  func hasLeft(_ place: LSN) -> Bool { lsn.distance(after: place) >= UInt64(WALBeginning.length(at: place)) }
}

extension Connection {
  /// The position of the server at the other end of a replication connection, by its own replication commands
  /// (manual, "Streaming Replication Protocol"): on a standby the higher of received and replayed.
  borrowing func walPosition(until deadline: Deadline) throws(ConnectionError)
    -> (position: WALPosition, systemIdentifier: UInt64)
  {
    guard let row = try query("IDENTIFY_SYSTEM", until: deadline).first,
      let timeline = row["timeline"].flatMap({ Timeline($0) }), let lsn = row["xlogpos"].flatMap({ LSN($0) }),
      let identifier = row["systemid"].flatMap({ UInt64($0) })
    else { throw .unreachable("IDENTIFY_SYSTEM gave no position") }
    var ancestry: [Fork] = []
    // The first timeline has no history file.
    if timeline.number > 1 {
      guard let file = try query("TIMELINE_HISTORY \(timeline)", until: deadline).first?["content"],
        let forks = Fork.ancestry(historyFile: file)
      else { throw .unreachable("the history of timeline \(timeline) cannot be read") }
      ancestry = forks
    }
    return (WALPosition(timeline: timeline, lsn: lsn, ancestry: ancestry), identifier)
  }
}
