import MySQLFacts
import Testing

/// The statements word for word. Those of MySQL 9.7.4 and MariaDB 10.11.19 were tried on these servers.
@Suite struct DialectTests {
  private static let old = Dialect(ServerVersion(.mysql, 8, 0, 20))
  private static let replicas = Dialect(ServerVersion(.mysql, 8, 0, 22))
  private static let sources = Dialect(ServerVersion(.mysql, 8, 0, 23))
  private static let renamed = Dialect(ServerVersion(.mysql, 8, 0, 26))
  private static let lts = Dialect(ServerVersion(.mysql, 8, 4, 0))
  private static let newest = Dialect(ServerVersion(.mysql, 9, 7, 4))
  private static let mariadbs = [(10, 6, 18), (10, 11, 19), (11, 8, 3)].map {
    Dialect(ServerVersion(.mariadb, $0.0, $0.1, $0.2))
  }

  private func words(_ dialect: Dialect) -> [String] {
    [
      dialect.channels, dialect.stopReceiver, dialect.stopReplication, dialect.startReceiver,
      dialect.startApplier, dialect.startReplication, dialect.forgetSource,
    ]
  }

  @Test(arguments: [old] + mariadbs) func saysSlave(dialect: Dialect) {
    #expect(
      words(dialect) == [
        dialect.isMariaDB ? "SHOW ALL SLAVES STATUS" : "SHOW SLAVE STATUS", "STOP SLAVE IO_THREAD",
        "STOP SLAVE", "START SLAVE IO_THREAD", "START SLAVE SQL_THREAD", "START SLAVE", "RESET SLAVE ALL",
      ])
  }

  @Test(arguments: [replicas, sources, renamed, lts, newest]) func saysReplica(dialect: Dialect) {
    #expect(
      words(dialect) == [
        "SHOW REPLICA STATUS", "STOP REPLICA IO_THREAD", "STOP REPLICA", "START REPLICA IO_THREAD",
        "START REPLICA SQL_THREAD", "START REPLICA", "RESET REPLICA ALL",
      ])
  }

  @Test func columns() {
    let names = [
      "Source_Host", "Replica_IO_Running", "Seconds_Behind_Source", "Last_SQL_Errno", "Replicate_Do_DB",
      "Channel_Name",
    ]
    let older = [
      "Master_Host", "Slave_IO_Running", "Seconds_Behind_Master", "Last_SQL_Errno", "Replicate_Do_DB",
    ]
    for dialect in [Self.replicas, Self.sources, Self.renamed, Self.lts, Self.newest] {
      #expect(names.map(dialect.column) == names)
    }
    #expect(names.map(Self.old.column) == older + ["Channel_Name"])
    for dialect in Self.mariadbs { #expect(names.map(dialect.column) == older + ["Connection_name"]) }
  }

  @Test func look() {
    func common(_ status: String) -> String {
      """
      SELECT @@global.read_only AS read_only, @@global.server_id AS server_id, @@global.port AS port, \
      @@global.log_bin AS log_bin, (SELECT VARIABLE_VALUE FROM \(status) \
      WHERE VARIABLE_NAME = 'Threads_connected') > @@global.max_connections AS full, @@global
      """
    }
    let mysql = common("performance_schema.global_status")
    let rest = """
       AS log_updates, @@global.super_read_only AS super_read_only, @@global.offline_mode AS offline, \
      @@global.server_uuid AS uuid, @@global.gtid_mode AS gtid_mode, @@global.gtid_executed AS executed
      """
    for dialect in [Self.old, Self.replicas, Self.sources] {
      #expect(dialect.look == mysql + ".log_slave_updates" + rest)
    }
    for dialect in [Self.renamed, Self.lts, Self.newest] {
      #expect(dialect.look == mysql + ".log_replica_updates" + rest)
    }
    for dialect in Self.mariadbs {
      #expect(
        dialect.look == common("information_schema.GLOBAL_STATUS") + """
          .log_slave_updates AS log_updates, @@global.gtid_binlog_state AS binlog_state, \
          @@global.gtid_slave_pos AS slave_pos, @@global.gtid_current_pos AS current_pos, \
          @@global.gtid_strict_mode AS strict, @@global.rpl_semi_sync_master_enabled AS semi_sync
          """)
    }
  }

  @Test func historyOfAPeer() {
    #expect(
      Self.lts.history == """
        SELECT @@global.server_uuid AS uuid, @@global.read_only AS read_only, @@global.gtid_executed AS executed
        """)
    for dialect in Self.mariadbs {
      #expect(
        dialect.history == """
          SELECT @@global.server_id AS server_id, @@global.read_only AS read_only, \
          @@global.gtid_binlog_state AS binlog_state, @@global.gtid_slave_pos AS slave_pos, \
          @@global.gtid_current_pos AS current_pos
          """)
    }
  }

  @Test func writesAndBranches() {
    for dialect in [Self.old, Self.newest] {
      #expect(dialect.forbidWrites == "SET GLOBAL super_read_only = ON")
      #expect(dialect.preparedBranches == "XA RECOVER CONVERT XID")
    }
    for dialect in Self.mariadbs {
      #expect(dialect.forbidWrites == "SET GLOBAL read_only = ON")
      #expect(dialect.preparedBranches == "XA RECOVER FORMAT='SQL'")
    }
    for dialect in [Self.old, Self.newest] + Self.mariadbs {
      #expect(dialect.allowWrites == "SET GLOBAL read_only = OFF")
      #expect(dialect.semiSyncSwitches == #"SHOW GLOBAL VARIABLES LIKE 'rpl\_semi\_sync\_%\_enabled'"#)
    }
  }
}
