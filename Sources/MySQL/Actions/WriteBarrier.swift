internal import Glibc
internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// Takes a server out of the hands of its applications.
struct WriteBarrier {
  let context: Context
  let connection: Connection

  private var dialect: Dialect { Dialect(connection.version) }

  /// Afterwards nobody can commit anything any more. Running statements, LOCK TABLES and commits that wait for a replica hold
  /// it up; their sessions are ended, and none of their clients is told that it succeeded.
  /// - Returns: whether the server may have commits at its end of which nobody was told, while a replica acknowledged all others.
  ///   Where that is not certain it is false: everything counts then.
  @discardableResult
  func forbidWrites(until deadline: Deadline) throws(ConnectionError) -> Bool {
    try connection.query("SET SESSION lock_wait_timeout = 1", until: deadline)
    let isSemiSync = try isSemiSync(until: deadline)
    var leavesUntold = isSemiSync
    var isClosed = false
    var attempt = 0
    while true {
      do throws(ConnectionError) {
        try connection.query(dialect.forbidWrites, until: deadline)
        break
      } catch {
        guard error.isLockTimeout, !deadline.isPast else { throw error }
      }
      attempt += 1
      if attempt > 1, isSemiSync, !dialect.isMariaDB, !isClosed {
        // Who comes now would be told that its commit succeeded as soon as nothing waits for replicas any more.
        try connection.query("SET GLOBAL offline_mode = ON", until: deadline)
        isClosed = true
      }
      let count = try endSessions(until: deadline)
      context.log(
        .warning,
        "\(context.instance.datadir): writes cannot be stopped yet: \(count) sessions ended\(holders(until: deadline))"
      )
      if attempt > (dialect.isMariaDB ? 3 : 1) {
        if try !self.isSemiSync(until: deadline) { leavesUntold = false }
        // A killed session that waits for a replica's acknowledgement goes on waiting (MySQL bug 106616); it has been cut off
        // from its client, so that its commit may go on.
        let isSealed = isClosed ? try hasEndedAll(until: deadline) : false
        if !isSealed { leavesUntold = false }
        try connection.setSemiSyncSource(false, until: deadline)
      }
    }
    // Replicas are to get what they lack.
    if isClosed { try connection.query("SET GLOBAL offline_mode = OFF", until: deadline) }
    if attempt == 0 { return false }
    return leavesUntold
  }

  /// Ends sessions until none is left; false if administrators, who are let in, keep coming.
  private func hasEndedAll(until deadline: Deadline) throws(ConnectionError) -> Bool {
    for _ in 0..<10 {
      if try endSessions(until: deadline) == 0 { return true }
      pause(.milliseconds(10), until: deadline)
    }
    return false
  }

  /// Who is left, first the one that has been at it longest; empty when nobody is, or nobody can be asked.
  private func holders(until deadline: Deadline) -> String {
    let rows = (try? connection.query(dialect.holders, until: deadline)) ?? []
    let words = rows.prefix(3).map { row in
      let fields = [row["id"], row["user"], row["command"], row["state"], row["info"]]
      return fields.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    }
    return words.isEmpty ? "" : "; still there: " + words.joined(separator: ", ")
  }

  /// Ends the sessions of all clients, administrators' too; replication's own stay. Returns how many there were.
  @discardableResult
  func endSessions(until deadline: Deadline) throws(ConnectionError) -> Int {
    var count = 0
    for row in try connection.query(dialect.sessions, until: deadline) {
      guard let id = row["id"].flatMap({ UInt64($0) }) else { continue }
      do throws(ConnectionError) {
        try connection.query("KILL \(id)", until: deadline)
        count += 1
      } catch {
        switch error {
        // It ended by itself meanwhile (ER_NO_SUCH_THREAD).
        case .server(1094, _): break
        // An administrator's, which takes SYSTEM_USER (ER_KILL_DENIED_ERROR): it writes no more than others once writes are
        // forbidden.
        case .server(1095, let message):
          context.log(
            .warning, "a session of \(row["user"] ?? "") cannot be ended: \(message); needs SYSTEM_USER")
        default: throw error
        }
      }
    }
    return count
  }

  /// Closes the server to applications where it can be: MySQL lets XA COMMIT through super_read_only. Replicas are cut off, too.
  func close(until deadline: Deadline) throws(ConnectionError) {
    if !dialect.isMariaDB { try connection.query("SET GLOBAL offline_mode = ON", until: deadline) }
    try endSessions(until: deadline)
  }

  /// Whether every commit that a client is told of is on a replica: semi-synchronous replication is on, and has not fallen
  /// back.
  func isSemiSync(until deadline: Deadline) throws(ConnectionError) -> Bool {
    try connection.query(dialect.semiSyncStatus, until: deadline).contains { row in
      row["Value"] == "ON"
    }
  }

  /// Waits until `nodes` have executed everything that this server has, as long as one of them comes closer.
  /// - Returns: nodes that have not, or could not be asked.
  func waitForReplicas(_ nodes: [Upstream], port: Int, until deadline: Deadline) throws(ConnectionError)
    -> [String]
  {
    let own = try connection.history(until: deadline).executed
    var peers: [(node: String, connection: Connection)] = []
    var missing: [String] = []
    for node in nodes {
      let peer = PeerServer(context: context, upstream: node, port: port)
      do throws(ConnectionError) {
        peers.append((node.node, try peer.connect(until: deadline)))
      } catch {
        context.log(.warning, "\(node.node): cannot be asked what it has: \(error.reason)")
        missing.append(node.node)
      }
    }
    var step = Duration.milliseconds(2)
    var seen: [String: GTIDPosition] = [:]
    var patience = Deadline(after: .seconds(3))
    while !peers.isEmpty {
      var behind: [(node: String, connection: Connection)] = []
      for peer in peers {
        let executed = try? peer.connection.history(until: deadline).executed
        if let executed, own.isContained(in: executed) { continue }
        if executed != seen[peer.node] { patience = Deadline(after: .seconds(3)) }
        seen[peer.node] = executed
        behind.append(peer)
      }
      peers = behind
      if peers.isEmpty || deadline.isPast || patience.isPast { break }
      pause(step, until: deadline)
      step = min(step * 2, .milliseconds(50))
    }
    return missing + peers.map(\.node)
  }
}
