internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import ReplicationActions

/// The primary that a diverged node comes back to, as the worker reaches it.
struct PrimaryServer {
  let context: Context
  let upstream: Upstream
  let port: Int

  /// Not the node's own name: as that, a copy in the making would count as a synchronous standby.
  private var replication: ReplicationConnection {
    ReplicationConnection(instance: context.instance, port: port, applicationName: "martlet_rejoin")
  }

  /// For tools that are given a connection string. It has no secret.
  var connectionString: String { replication.string(to: upstream) }

  /// The same with a database, for tools that ask by SQL.
  var databaseConnectionString: String {
    let database = context.instance.values.text(Declarations.database) ?? "postgres"
    return connectionString + " dbname=\(replication.quoted(database))"
  }

  /// Its position, by its replication commands, and how the timeline that `own` is on began there.
  func position(knownTo own: WALPosition? = nil) throws(ConnectionError) -> (
    position: WALPosition, systemIdentifier: UInt64
  ) {
    try replication.position(of: upstream, knownTo: own, until: context.deadline)
  }

  /// Asks it by SQL.
  func query(_ statement: String) throws(ConnectionError) -> [ResultRow] {
    try replication.connect(databaseConnectionString, until: context.deadline).query(
      statement, until: context.deadline)
  }
}
