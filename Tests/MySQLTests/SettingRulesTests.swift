import MySQLFacts
import MySQLRules
import Testing

private let mysql = Settings(
  ServerVersion(.mysql, 8, 4, 0),
  [
    "gtid_mode": "ON", "enforce_gtid_consistency": "ON", "log_bin": "ON", "log_replica_updates": "ON",
    "binlog_format": "ROW", "server_id": "7", "sync_binlog": "1", "innodb_flush_log_at_trx_commit": "1",
    "skip_networking": "OFF", "bind_address": "*", "port": "3306", "relay_log_recovery": "OFF",
    "offline_mode": "OFF",
  ])
private let mariadb = Settings(
  ServerVersion(.mariadb, 10, 11, 19),
  [
    "gtid_strict_mode": "ON", "log_bin": "ON", "log_slave_updates": "ON", "binlog_format": "ROW",
    "server_id": "7", "sync_binlog": "1", "innodb_flush_log_at_trx_commit": "1", "skip_networking": "OFF",
    "bind_address": "*", "relay_log_recovery": "OFF", "rpl_semi_sync_master_enabled": "OFF",
    "rpl_semi_sync_slave_enabled": "ON",
  ])

@Suite struct SettingRulesTests {
  private func lines(_ settings: Settings, _ change: (inout Settings) -> Void = { _ in }) -> [String] {
    var settings = settings
    change(&settings)
    return settingRules.filter { $0.isWrong(settings) }.map { "\($0.id) \($0.line(settings))" }
  }

  @Test func aGoodServerHasNothingWrong() {
    #expect(lines(mysql) == [])
    #expect(lines(mariadb) == [])
    #expect(lines(mariadb) { $0.wantsSemiSync = true } == [])
  }

  @Test(arguments: [
    ("gtid_mode", "OFF", "10 gtid_mode OFF: without GTIDs nobody can tell what a server has; needs ON"),
    (
      "gtid_mode", "ON_PERMISSIVE",
      "10 gtid_mode ON_PERMISSIVE: without GTIDs nobody can tell what a server has; needs ON"
    ),
    (
      "enforce_gtid_consistency", "WARN",
      "11 enforce_gtid_consistency WARN: allows statements that have no GTID; needs ON"
    ),
    ("log_bin", "OFF", "14 log_bin OFF: without a binary log nobody can follow it; needs log_bin = binlog"),
    (
      "log_replica_updates", "OFF",
      "15 log_replica_updates OFF: what it applies it does not log, so nobody could follow it once it is promoted; needs ON"
    ),
    (
      "binlog_format", "MIXED",
      "16 binlog_format MIXED: a statement may do something else on a replica; needs ROW"
    ),
    (
      "server_id", "0",
      "18 server_id 0: is what every server has that was given none; needs another number on each node"
    ),
    ("sync_binlog", "1000", "20 sync_binlog 1000: after a crash the binary log lacks commits; needs 1"),
    (
      "innodb_flush_log_at_trx_commit", "2",
      "21 innodb_flush_log_at_trx_commit 2: a crash loses commits that were acknowledged; needs 1"
    ),
    ("skip_networking", "ON", "30 skip_networking ON: the other nodes cannot reach it; needs OFF"),
    (
      "bind_address", "127.0.0.1,::1",
      "31 bind_address 127.0.0.1,::1: the other nodes cannot reach it; needs * or this node's address"
    ),
    ("offline_mode", "ON", "52 offline_mode ON: applications cannot log in; needs OFF"),
  ])
  func oneSettingOfMySQL(name: String, value: String, line: String) {
    #expect(lines(mysql) { $0.variables[name] = value } == ["setting/" + line])
  }

  @Test(arguments: [
    (
      "gtid_strict_mode", "OFF",
      "12 gtid_strict_mode OFF: a replica takes what does not follow upon what it has; needs ON"
    ),
    (
      "log_slave_updates", "OFF",
      "15 log_slave_updates OFF: what it applies it does not log, so nobody could follow it once it is promoted; needs ON"
    ),
    (
      "relay_log_recovery", "ON",
      "44 relay_log_recovery ON: throws away at a start what was received, acknowledged and not yet applied; needs OFF"
    ),
  ])
  func oneSettingOfMariaDB(name: String, value: String, line: String) {
    #expect(lines(mariadb) { $0.variables[name] = value } == ["setting/" + line])
  }

  @Test func semiSynchronousNeedsBothSides() {
    #expect(
      lines(mysql) { $0.wantsSemiSync = true } == [
        "setting/40 rpl_semi_sync_source_enabled: is ON in the configuration, and the server does not know it; needs plugin_load_add = semisync_source.so",
        "setting/41 rpl_semi_sync_replica_enabled: the source side is on, and the server has no replica side, which would acknowledge; needs plugin_load_add = semisync_replica.so",
      ])
    let off = lines(mariadb) {
      $0.wantsSemiSync = true
      $0.variables["rpl_semi_sync_slave_enabled"] = "OFF"
    }
    #expect(
      off == [
        "setting/42 rpl_semi_sync_slave_enabled OFF: the source side is on, and no primary would get its acknowledgements; needs ON"
      ])
  }

  /// Without an acknowledgement the source still has what is thrown away.
  @Test func relayLogRecoveryLosesWhatWasAcknowledged() {
    #expect(lines(mysql) { $0.variables["relay_log_recovery"] = "ON" } == [])
  }

  @Test func whatIsNotASetting() {
    #expect(
      lines(mysql) { $0.hasDefaultServerID = true } == [
        "setting/18 server_id 7: is what every server has that was given none; needs another number on each node"
      ])
    #expect(
      lines(mysql) { $0.supervisor = "mysqld_safe" } == [
        "setting/60 mysqld_safe: restarts a server that the cluster has stopped; needs the server without it"
      ])
    #expect(
      lines(mysql) { $0.unit = "mysql.service" } == [
        "setting/61 mysql.service: runs the server, which is the cluster's to start and to stop; needs systemctl disable --now"
      ])
    let closed = lines(mysql) {
      $0.variables["offline_mode"] = "ON"
      $0.isClosedByAgent = true
    }
    #expect(closed == [])
  }

  @Test func whatIsPersistedMustNotContradictTheCommandLine() {
    let persisted = [
      "read_only": "OFF", "super_read_only": "ON", "offline_mode": "1", "rpl_semi_sync_source_enabled": "ON",
      "skip_replica_start": "0", "max_connections": "500",
    ]
    #expect(
      lines(mysql) { $0.persisted = persisted } == [
        "setting/50 SET PERSIST offline_mode, read_only, rpl_semi_sync_source_enabled, skip_replica_start: overrules what the agent starts the server with; needs RESET PERSIST"
      ])
  }

  @Test func everyRuleHasAnIdOfItsOwn() {
    let numbers = settingRules.compactMap { $0.id.split(separator: "/").last.flatMap { Int($0) } }
    #expect(numbers.count == settingRules.count && numbers == Set(numbers).sorted())
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("::1", true), ("localhost", true), ("127.0.0.1, 127.0.1.1", true), ("", false),
    ("*", false), ("0.0.0.0", false), ("::", false), ("10.0.0.1", false), ("127.0.0.1,10.0.0.1", false),
  ])
  func loopback(address: String, isLoopback: Bool) {
    var settings = mysql
    settings.variables["bind_address"] = address
    #expect(settings.isBoundToLoopback == isLoopback)
  }

  @Test(
    arguments: [
      ("0::/system.slice/mysql.service\n", "mysql.service"),
      ("0::/system.slice/mariadb.service", "mariadb.service"),
      ("1:name=systemd:/system.slice/mysqld@a.service\n0::/\n", "mysqld@a.service"),
      ("0::/system.slice/pacemaker.service\n", nil), ("0::/user.slice/my-mysql.service", nil), ("", nil),
      ("0::/mysql.slice/x.scope", nil),
    ] as [(String, String?)])
  func theUnitOfAServer(groups: String, unit: String?) {
    #expect(databaseUnit(inControlGroups: groups) == unit)
  }
}
