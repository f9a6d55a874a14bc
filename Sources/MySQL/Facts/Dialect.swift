/// The statements by which one version of one family is spoken to. MySQL 8.4 knows none of the words of 8.0.21, and MariaDB
/// none of those of 8.4 (MySQL manual, "What Is New in MySQL 8.4", "Removed in MySQL 8.4").
public struct Dialect: Sendable, Hashable {
  /// Whom it is for.
  public let version: ServerVersion

  /// The dialect of a server.
  public init(_ version: ServerVersion) { self.version = version }

  /// MariaDB's.
  public var isMariaDB: Bool { version.family == .mariadb }

  /// Since 8.0.22 MySQL has replicas, and since 8.0.23 it changes sources.
  private var hasReplicas: Bool { version.isMySQL(8, 0, 22) }
  private var hasSources: Bool { version.isMySQL(8, 0, 23) }
  private var replica: String { hasReplicas ? "REPLICA" : "SLAVE" }

  /// All channels, a row each.
  public var channels: String { isMariaDB ? "SHOW ALL SLAVES STATUS" : "SHOW \(replica) STATUS" }

  /// The name that this version gives to a column of `channels` that MySQL 8.4 calls `name`.
  public func column(_ name: String) -> String {
    if hasReplicas { return name }
    if isMariaDB, name == "Channel_Name" { return "Connection_name" }
    // Not "Replicate_Do_DB", which is called that everywhere.
    return name.replacing("Source", by: "Master").replacing("Replica_", by: "Slave_")
  }

  /// Everything else that one look wants to know of a server, in one row.
  public var look: String {
    let common = """
      @@global.read_only AS read_only, @@global.server_id AS server_id, @@global.port AS port, @@global.log_bin AS log_bin, \
      (SELECT VARIABLE_VALUE FROM \(statusTable) WHERE VARIABLE_NAME = 'Threads_connected') > @@global.max_connections AS full
      """
    if isMariaDB {
      return """
        SELECT \(common), @@global.log_slave_updates AS log_updates, @@global.gtid_binlog_state AS binlog_state, \
        @@global.gtid_slave_pos AS slave_pos, @@global.gtid_current_pos AS current_pos, \
        @@global.gtid_strict_mode AS strict, @@global.rpl_semi_sync_master_enabled AS semi_sync
        """
    }
    let updates = version.isMySQL(8, 0, 26) ? "log_replica_updates" : "log_slave_updates"
    return """
      SELECT \(common), @@global.\(updates) AS log_updates, @@global.super_read_only AS super_read_only, \
      @@global.offline_mode AS offline, @@global.server_uuid AS uuid, @@global.gtid_mode AS gtid_mode, \
      @@global.gtid_executed AS executed
      """
  }

  /// Its rows include this session, which has the place that is kept for the agent once the others are taken.
  private var statusTable: String {
    isMariaDB ? "information_schema.GLOBAL_STATUS" : "performance_schema.global_status"
  }

  /// What a peer is asked, which needs no privilege.
  public var history: String {
    isMariaDB
      ? """
      SELECT @@global.server_id AS server_id, @@global.read_only AS read_only, \
      @@global.gtid_binlog_state AS binlog_state, @@global.gtid_slave_pos AS slave_pos, \
      @@global.gtid_current_pos AS current_pos
      """
      : """
      SELECT @@global.server_uuid AS uuid, @@global.read_only AS read_only, @@global.gtid_executed AS executed
      """
  }

  /// Branches of distributed transactions that wait for their end. CONVERT XID prints any of them as text.
  public var preparedBranches: String { isMariaDB ? "XA RECOVER FORMAT='SQL'" : "XA RECOVER CONVERT XID" }

  /// Receives nothing more; what was received is applied.
  public var stopReceiver: String { "STOP \(replica) IO_THREAD" }
  /// Neither receives nor applies.
  public var stopReplication: String { "STOP \(replica)" }
  /// Receives again.
  public var startReceiver: String { "START \(replica) IO_THREAD" }
  /// Applies again what was received.
  public var startApplier: String { "START \(replica) SQL_THREAD" }
  /// Receives and applies again.
  public var startReplication: String { "START \(replica)" }
  /// Deletes the relay logs: never while something in them is not applied.
  public var forgetSource: String { "RESET \(replica) ALL" }

  /// Stops writes, those of administrators too where the server can. Waits for running statements; the session's
  /// lock_wait_timeout limits that.
  public var forbidWrites: String {
    isMariaDB ? "SET GLOBAL read_only = ON" : "SET GLOBAL super_read_only = ON"
  }
  /// Allows writes; MySQL lifts super_read_only with it.
  public var allowWrites: String { "SET GLOBAL read_only = OFF" }

  /// Who has set MySQL's offline_mode, and who asks: the names of accounts. Anybody may look there.
  public static let whoClosed = """
    SELECT SET_USER AS closer, SUBSTRING_INDEX(USER(), '@', 1) AS agent FROM performance_schema.variables_info \
    WHERE VARIABLE_NAME = 'offline_mode'
    """

  /// The switches of semi-synchronous replication that there are; none without its plugins.
  public var semiSyncSwitches: String { "SHOW GLOBAL VARIABLES LIKE 'rpl\\_semi\\_sync\\_%\\_enabled'" }

  /// Whether the source side of semi-synchronous replication works; no row without its plugin.
  public var semiSyncStatus: String {
    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Rpl_semi_sync_source_status', 'Rpl_semi_sync_master_status')"
  }

  /// Sessions that have something to do, or wait, those that were ended included; not what they say, which may hold secrets.
  public var holders: String {
    """
    SELECT ID AS id, USER AS user, COMMAND AS command, STATE AS state, SUBSTRING_INDEX(LTRIM(INFO), ' ', 1) AS info \
    FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() \
    AND COMMAND NOT IN ('Binlog Dump', 'Binlog Dump GTID', 'Daemon', 'Sleep') AND USER <> 'event_scheduler' \
    ORDER BY TIME DESC
    """
  }

  /// Sessions that can be ended: all but this one, replication's own and the server's.
  public var sessions: String {
    """
    SELECT ID AS id, USER AS user FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() \
    AND COMMAND NOT IN ('Binlog Dump', 'Binlog Dump GTID', 'Daemon', 'Slave_IO', 'Slave_SQL', 'Slave_worker', 'Killed') \
    AND USER NOT IN ('system user', 'event_scheduler')
    """
  }
}

extension String {
  /// By bytes: every monitor of a replica asks for all columns, and a search by characters costs ten times as much.
  fileprivate func replacing(_ word: String, by other: String) -> String {
    let wanted = Array(word.utf8)
    var rest = Array(utf8)[...]
    var result: [UInt8] = []
    while let first = rest.first {
      if rest.starts(with: wanted) {
        result += other.utf8
        rest = rest.dropFirst(wanted.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// A quoted string literal for a session whose sql_mode is empty, so that a backslash escapes.
public func literal(_ value: String) -> String {
  var text = ""
  for scalar in value.unicodeScalars {
    switch scalar {
    case "'", "\\": text += "\\" + String(scalar)
    case "\0": text += "\\0"
    case "\n": text += "\\n"
    default: text += String(scalar)
    }
  }
  return "'\(text)'"
}
