internal import Host
internal import MySQLFacts
internal import OCF
internal import ReplicationActions

/// How the agent reaches the server on its own node.
struct LocalServer {
  let instance: Instance
  /// The server's process, which must be the one that listens on the socket: a path proves nothing.
  private let process: Int32?

  init(_ instance: Instance, process: Int32?) {
    self.instance = instance
    self.process = process
  }

  /// Connects through the Unix socket: with the account of group [client], if the operator gave one, else by being the
  /// system user. When all connections are taken, by the way that the server keeps for administrators.
  func connect(within limit: Duration? = nil, until deadline: Deadline) throws(ConnectionError) -> Connection
  {
    guard let user = instance.user else {
      throw .unreachable("no user to connect as: \(instance.owner.problem ?? "unknown")")
    }
    guard let process else { throw .unreachable("no server runs in \(instance.datadir)") }
    let given = Credentials(instance).client
    let account = given ?? Account(user: user.name, password: "")
    do throws(ConnectionError) {
      return try connect(
        .socket(instance.socket, process: process), as: account, user, within: limit ?? instance.queryLimit,
        until: deadline)
    } catch {
      guard error.isFull, given != nil, let way = reservedWay else { throw error }
      do throws(ConnectionError) {
        return try connect(way, as: account, user, within: limit ?? instance.queryLimit, until: deadline)
      } catch let other {
        // Full is what the server is, and its login may be right: the other way is not for every account.
        throw .server(number: 1040, message: "Too many connections, and for administrators: \(other.reason)")
      }
    }
  }

  private func connect(
    _ address: ServerAddress, as account: Account, _ user: User, within limit: Duration,
    until deadline: Deadline
  ) throws(ConnectionError) -> Connection {
    try acting(as: user, cannotSwitch: { .unreachable($0.reason) }) { () throws(ConnectionError) in
      let connection = try Connection(address, as: account, within: limit, until: deadline)
      // So that literals mean what they say, whatever the server's default is; a server that answers too late should not
      // go on waiting for a lock for nobody.
      let seconds = max(1, instance.queryLimit.components.seconds)
      try connection.query(
        "SET SESSION sql_mode = '', SESSION lock_wait_timeout = \(seconds)", until: deadline)
      return connection
    }
  }

  /// MySQL's admin_address and MariaDB's extra_port take connections of their own. Both are TCP, where the socket's identity
  /// does not do.
  private var reservedWay: ServerAddress? {
    let kept = instance.kept
    if let host = kept.adminAddress {
      return .tcp(host: host, port: kept.adminPort, ca: nil, certificate: nil, key: nil)
    }
    return kept.extraPort.map { .tcp(host: "127.0.0.1", port: $0, ca: nil, certificate: nil, key: nil) }
  }
}

extension Connection {
  /// What the server says of itself.
  func look(until deadline: Deadline) throws(ConnectionError) -> ServerAnswer {
    let dialect = Dialect(version)
    guard let row = try query(dialect.look, until: deadline).first else {
      throw .unreachable("the server's answer had no rows")
    }
    let channels = try query(dialect.channels, until: deadline)
    let prepared = try query(dialect.preparedBranches, until: deadline).compactMap { $0["data"] }
    guard let answer = ServerAnswer(version: version, look: row, channels: channels, prepared: prepared)
    else { throw .unreachable("the server's answer cannot be read") }
    return answer
  }

  /// Sets every switch of semi-synchronous replication's source side; there are none without its plugin.
  /// - Returns: whether one was set otherwise.
  @discardableResult
  func setSemiSyncSource(_ isOn: Bool, until deadline: Deadline) throws(ConnectionError) -> Bool {
    var hasChanged = false
    for row in try query(Dialect(version).semiSyncSwitches, until: deadline) {
      guard let name = row["Variable_name"], name.contains("source") || name.contains("master"),
        name.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "_") })
      else { continue }
      if (row["Value"] == "ON") == isOn { continue }
      try query("SET GLOBAL \(name) = \(isOn ? "ON" : "OFF")", until: deadline)
      hasChanged = true
    }
    return hasChanged
  }
}
