internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// What is checked of MySQL and MariaDB before a planned switchover.
struct SourcePreflight: Preflight {
  let context: Context

  var object: String { context.instance.datadir }
  var isOn: Bool { context.instance.values.flag(SharedParameters.preflight) }
  var limit: Duration {
    context.instance.values.duration(SharedParameters.switchoverLimit) ?? .seconds(30)
  }

  /// Where these differ, applications find another database, or replication stops at a name or a statement.
  private static let settings = """
    SELECT @@global.max_connections AS max_connections, @@global.lower_case_table_names AS lower_case_table_names, \
    @@global.sql_mode AS sql_mode, @@global.binlog_format AS binlog_format
    """
  private static let names = ["max_connections", "lower_case_table_names", "sql_mode", "binlog_format"]

  func readiness() -> TargetReadiness? {
    let facts = context.observer.observe(expected: nil, until: context.deadline)
    guard let answer = facts.answer, answer.isReadOnly else { return nil }
    var readiness = TargetReadiness()
    readiness.isReceiving = answer.channel?.receiver == .running
    readiness.isApplying = answer.channel?.isApplying ?? false
    readiness.behind = answer.channel?.lag.map { Int($0.components.seconds) }
    guard let connection = try? context.connect(), let settings = try? settings(connection) else {
      return nil
    }
    readiness.settings = settings
    return readiness
  }

  func look(_ found: inout PreflightFacts, target: String) -> Bool {
    let facts = context.observer.observe(expected: .promoted, until: context.deadline)
    guard let answer = facts.answer, !answer.isReadOnly else { return false }
    found.prepared = answer.prepared.count
    do throws(ConnectionError) {
      let connection = try context.connect()
      found.settings = try settings(connection)
      // Needs PROCESS; without it nothing is known of them.
      let oldest = try connection.query(
        """
        SELECT trx_mysql_thread_id AS id, timestampdiff(SECOND, trx_started, now()) AS age \
        FROM information_schema.innodb_trx WHERE trx_rows_modified > 0 AND trx_mysql_thread_id > 0 \
        ORDER BY trx_started LIMIT 1
        """, until: context.deadline
      ).first
      found.oldestTransaction = oldest?["age"].flatMap { Int64($0) }.map { .seconds($0) }
      found.transaction = "connection \(oldest?["id"] ?? "")"
    } catch {
      context.log(.info, "not all that may be in the way of a switchover is known: \(error.reason)")
    }
    return true
  }

  /// The target is asked as this node would have to ask it afterwards.
  func wait(for target: String, _ facts: inout PreflightFacts) {
    guard let state = context.cluster.state(), let connection = try? context.connect(),
      let own = try? connection.look(until: context.deadline)
    else { return }
    let port = ReplicaFollow(context: context, connection: connection).port(own)
    let upstream = state.upstream(target, for: context.invocation.instance)
    let limit = patience
    do throws(ConnectionError) {
      let peer = try PeerServer(context: context, upstream: upstream, port: port).connect(
        until: context.deadline.earlier(.seconds(3)))
      // Of MariaDB's servers a copy knows only the last that wrote: what is before that is not missing.
      while try !own.executed.isContained(in: peer.history(until: context.deadline).executed) {
        if limit.isPast {
          if try !isStalled(connection, since: own) { facts.missing = own.executed.short }
          return
        }
        pause(.milliseconds(50), until: limit)
      }
    } catch {
      facts.unreachable = error.reason
    }
  }

  /// Nobody acknowledges commits, and a primary that is cut off from all is better moved than kept. MariaDB has executed what still
  /// waits, so that it seems to be missing elsewhere; whatever was acknowledged, the election looks for.
  private func isStalled(_ connection: Connection, since own: ServerAnswer) throws(ConnectionError) -> Bool {
    guard try connection.semiSync(until: context.deadline).waiting > 0 else { return false }
    return try connection.look(until: context.deadline).executed == own.executed
  }

  func prepare() {}

  private func settings(_ connection: borrowing Connection) throws(ConnectionError) -> [String: String] {
    var settings: [String: String] = [:]
    guard let row = try connection.query(Self.settings, until: context.deadline).first else {
      return settings
    }
    for name in Self.names { settings[name] = row[name].map { $0.filter { !$0.isWhitespace } } }
    return settings
  }
}
