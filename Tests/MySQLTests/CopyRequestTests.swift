import MySQLFacts
import Testing

@Suite struct CopyRequestTests {
  @Test func whatIsWrittenIsRead() throws {
    let request = CopyRequest(node: "db2", port: 4444)
    #expect(CopyRequest(request.statement) == request)
    #expect(request.secret.utf8.count == 32)
    #expect(CopyRequest(node: "db2", port: 4444).secret != request.secret)
    #expect(request.bytes(greeting: String(request.greeting(bytes: 1 << 40).dropLast())) == 1 << 40)
  }

  /// Whoever has the replication account may run anything; whoever connects may say anything.
  @Test(arguments: [
    "SELECT SLEEP(2) AS `martlet-copy 4444 0123456789abcdef0123456789abcde db2`",
    "SELECT SLEEP(2) AS `martlet-copy 4444 0123456789abcdef0123456789abcdeg db2`",
    "SELECT SLEEP(2) AS `martlet-copy 0 0123456789abcdef0123456789abcdef db2`",
    "SELECT SLEEP(2) AS `martlet-copy 65536 0123456789abcdef0123456789abcdef db2`",
    "SELECT SLEEP(2) AS `martlet-copy 4444 0123456789abcdef0123456789abcdef db2`, 1",
    "SELECT SLEEP(2) AS `martlet-copy `",
    "SELECT SLEEP(2) AS `martlet-copy 4444 0123456789abcdef0123456789abcdef`",
    "SELECT SLEEP(2) AS `martlet-copy 4444 0123456789abcdef0123456789abcdef db2 db3`",
    "SELECT SLEEP(2) AS `martlet-copy", "SELECT 1", "",
  ]) func noRequest(_ statement: String) { #expect(CopyRequest(statement) == nil) }

  @Test func onlyWhoKnowsTheSecretIsHeard() {
    let request = CopyRequest(node: "db2", port: 4444)
    let secret = request.secret
    for line in [
      "", "martlet-copy", "martlet-copy \(secret)", "martlet-copy \(secret)0 1", "martlet-copy \(secret) -1",
      "martlet-copy \(secret) 1 2", "copy \(secret) 1",
    ] { #expect(request.bytes(greeting: line) == nil, "\(line)") }
  }
}

@Suite struct BackupPositionTests {
  @Test func whatMariaDBBackupLeaves() throws {
    #expect(BackupPosition.read("binlog.000002\t506\t0-1-18\n") == MariaDBHistory("0-1-18"))
    #expect(BackupPosition.read("binlog.000002\t506\t0-1-18,1-2-7\n") == MariaDBHistory("0-1-18,1-2-7"))
    #expect(BackupPosition.read("binlog.000001\t329\t\n") == MariaDBHistory())
    #expect(BackupPosition.read("binlog.000001\t329\n") == MariaDBHistory())
    for wrong in ["", "binlog.000001", "binlog.000002\t506\t0-1\n", "b\t1\t0-1-1,\n"] {
      #expect(BackupPosition.read(wrong) == nil, "\(wrong)")
    }
  }

  /// In each domain one row that counts more than those which the primary has of its time as a replica, in whatever table they are.
  @Test func whereTheCopyGoesOn() throws {
    let position = try #require(MariaDBHistory("0-1-18,0-2-17,1-2-7"))
    #expect(
      BackupPosition.statements(position, tables: ["gtid_slave_pos", "gtid_slave_pos_InnoDB"]) == [
        "INSERT INTO mysql.gtid_slave_pos SELECT 0, COALESCE(MAX(sub_id), 0) + 1, 1, 18 FROM (SELECT sub_id FROM mysql.`gtid_slave_pos` UNION ALL SELECT sub_id FROM mysql.`gtid_slave_pos_InnoDB`) AS every_row;",
        "INSERT INTO mysql.gtid_slave_pos SELECT 1, COALESCE(MAX(sub_id), 0) + 1, 2, 7 FROM (SELECT sub_id FROM mysql.`gtid_slave_pos` UNION ALL SELECT sub_id FROM mysql.`gtid_slave_pos_InnoDB`) AS every_row;",
      ])
    #expect(BackupPosition.statements(MariaDBHistory(), tables: ["gtid_slave_pos"]) == [])
  }

  @Test func whatAServerHasNoUseFor() {
    let names = [
      "backup-my.cnf", "xtrabackup_info", "mariadb_backup_checkpoints", "ibdata1", "mysql",
      "aria_log_control",
    ]
    #expect(
      names.filter(BackupPosition.isLeftover) == [
        "backup-my.cnf", "xtrabackup_info", "mariadb_backup_checkpoints",
      ])
  }
}
