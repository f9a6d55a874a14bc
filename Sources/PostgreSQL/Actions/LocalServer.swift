internal import Host
internal import OCF
internal import PostgreSQLFacts

/// How the agent reaches the server on its own node.
struct LocalServer {
  let instance: Instance
  /// Where the running server says that it listens.
  let pidFile: PostmasterPidFile?

  private var host: String? {
    if let given = instance.values.text(Declarations.socketDirectory) { return given }
    guard let pidFile, pidFile.status != nil else { return nil }
    return pidFile.socketDirectory ?? pidFile.listenAddress
  }

  /// Connects as the database's user, through the Unix socket if there is one.
  /// - Parameter replication: a connection that knows the replication commands too.
  /// - Parameter patience: how long a statement may take, if not query_timeout.
  func connect(replication: Bool = false, patience: Duration? = nil, until deadline: Deadline)
    throws(ConnectionError) -> Connection
  {
    guard let user = instance.user else {
      throw .unreachable("no user to connect as: \(instance.userProblem ?? "unknown")")
    }
    // While it starts, the pid file's lines fill one by one: TCP must not be tried only because the socket is not named
    // yet, for pg_hba.conf treats it differently, and another server may listen there.
    guard let host else {
      throw .unreachable("the server has not said yet where it listens")
    }
    let limit = patience ?? instance.values.duration(Declarations.queryTimeout) ?? .seconds(5)
    let milliseconds = max(1, limit.wholeMilliseconds)
    var keywords = [
      ("host", host),
      ("port", String(instance.values.integer(Declarations.port) ?? pidFile?.port ?? 5432)),
      ("user", user.name),
      ("dbname", instance.values.text(Declarations.database) ?? "postgres"),
      ("application_name", "martlet"),
      // A server that answers too late should not go on working for nobody; nor must a replica conflict or an idle
      // synchronous standby hold the agent.
      (
        "options",
        "-c statement_timeout=\(milliseconds) -c lock_timeout=\(milliseconds) -c synchronous_commit=local"
      ),
    ]
    if let passfile = instance.values.text(Declarations.passfile) { keywords.append(("passfile", passfile)) }
    if replication { keywords.append(("replication", "database")) }
    return try acting(as: user, cannotSwitch: { .unreachable($0.reason) }) { () throws(ConnectionError) in
      try Connection(keywords, within: limit, until: deadline)
    }
  }
}
