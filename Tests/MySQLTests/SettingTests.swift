import MySQLFacts
import MySQLRules
import Testing

@Suite struct SettingTests {
  private static let mysql = Settings(
    ServerVersion(.mysql, 9, 7, 4),
    [
      "gtid_mode": "ON", "enforce_gtid_consistency": "ON", "log_bin": "ON", "log_replica_updates": "ON",
      "log_slave_updates": "ON", "binlog_format": "ROW", "server_id": "1", "sync_binlog": "1",
      "innodb_flush_log_at_trx_commit": "1", "skip_networking": "OFF", "bind_address": "*",
      "relay_log_recovery": "OFF", "offline_mode": "OFF", "rpl_semi_sync_source_enabled": "OFF",
      "rpl_semi_sync_replica_enabled": "ON", "port": "3306",
    ])
  private static let mariadb = Settings(
    ServerVersion(.mariadb, 10, 11, 19),
    [
      "gtid_strict_mode": "ON", "log_bin": "ON", "log_slave_updates": "ON", "binlog_format": "ROW",
      "server_id": "2", "sync_binlog": "1", "innodb_flush_log_at_trx_commit": "1", "skip_networking": "OFF",
      "bind_address": "", "relay_log_recovery": "OFF", "rpl_semi_sync_master_enabled": "OFF",
      "rpl_semi_sync_slave_enabled": "ON", "port": "3306",
    ])

  private static func wrong(_ settings: Settings) -> [String] {
    settingRules.filter { $0.isWrong(settings) }.map { "\($0.id) \($0.line(settings))" }
  }

  @Test(arguments: [false, true]) func nothingIsWrong(wantsSemiSync: Bool) {
    for var settings in [Self.mysql, Self.mariadb] {
      settings.wantsSemiSync = wantsSemiSync
      #expect(Self.wrong(settings) == [])
    }
  }

  /// One setting is another (nil: the server does not know it), and this is said of it.
  @Test(arguments: [
    (
      "gtid_mode", "OFF_PERMISSIVE",
      "setting/10 gtid_mode OFF_PERMISSIVE: without GTIDs nobody can tell what a server has; needs ON"
    ),
    (
      "enforce_gtid_consistency", "WARN",
      "setting/11 enforce_gtid_consistency WARN: allows statements that have no GTID; needs ON"
    ),
    (
      "log_bin", "OFF",
      "setting/14 log_bin OFF: without a binary log nobody can follow it; needs log_bin = binlog"
    ),
    (
      "binlog_format", "MIXED",
      "setting/16 binlog_format MIXED: a statement may do something else on a replica; needs ROW"
    ),
    (
      "server_id", "0",
      "setting/18 server_id 0: is what every server has that was given none; needs another number on each node"
    ),
    ("sync_binlog", "0", "setting/20 sync_binlog 0: after a crash the binary log lacks commits; needs 1"),
    ("sync_binlog", "100", "setting/20 sync_binlog 100: after a crash the binary log lacks commits; needs 1"),
    (
      "innodb_flush_log_at_trx_commit", "2",
      "setting/21 innodb_flush_log_at_trx_commit 2: a crash loses commits that were acknowledged; needs 1"
    ),
    ("skip_networking", "ON", "setting/30 skip_networking ON: the other nodes cannot reach it; needs OFF"),
    (
      "bind_address", "127.0.0.1,::1",
      "setting/31 bind_address 127.0.0.1,::1: the other nodes cannot reach it; needs * or this node's address, in a file that no later one overrules"
    ),
    ("bind_address", "127.0.0.1,192.0.2.1", nil),
    (
      "relay_log_recovery", "ON",
      "setting/44 relay_log_recovery ON: throws away at a start what was received, acknowledged and not yet applied; needs OFF"
    ),
    ("offline_mode", "ON", "setting/52 offline_mode ON: applications cannot log in; needs OFF"),
    (
      "replica_net_timeout", "60",
      "setting/33 replica_net_timeout 60: for so many seconds a replica does not notice that its source is silent; needs 10"
    ),
    ("replica_net_timeout", "10", nil), ("replica_net_timeout", "30", nil),
    ("binlog_format", nil, nil), ("relay_log_recovery", nil, nil),
    ("rpl_semi_sync_replica_enabled", "OFF", nil),
  ])
  func ofMySQL(name: String, value: String?, line: String?) {
    var settings = Self.mysql
    settings.variables[name] = value
    #expect(Self.wrong(settings) == [line].compactMap(\.self))
  }

  @Test func whatThatLogsIsCalled() {
    let sentence = "what it applies it does not log, so nobody could follow it once it is promoted; needs ON"
    var settings = Self.mysql
    settings.variables["log_replica_updates"] = "OFF"
    #expect(Self.wrong(settings) == ["setting/15 log_replica_updates OFF: \(sentence)"])
    settings = Self.mariadb
    settings.variables["log_slave_updates"] = "OFF"
    #expect(Self.wrong(settings) == ["setting/15 log_slave_updates OFF: \(sentence)"])
    settings.variables["log_slave_updates"] = "ON"
    settings.variables["gtid_strict_mode"] = "OFF"
    #expect(
      Self.wrong(settings)
        == [
          "setting/12 gtid_strict_mode OFF: a replica takes what does not follow upon what it has; needs ON"
        ])
  }

  @Test func semiSynchronous() {
    var settings = Self.mysql
    settings.wantsSemiSync = true
    settings.variables["rpl_semi_sync_replica_enabled"] = "OFF"
    #expect(
      Self.wrong(settings) == [
        "setting/42 rpl_semi_sync_replica_enabled OFF: the source side is on, and no primary would get its acknowledgements; needs ON"
      ])
    settings.variables["rpl_semi_sync_replica_enabled"] = nil
    #expect(
      Self.wrong(settings) == [
        "setting/41 rpl_semi_sync_replica_enabled: the source side is on, and the server has no replica side, which would acknowledge; needs plugin_load_add = semisync_replica.so"
      ])
    settings.variables["rpl_semi_sync_source_enabled"] = nil
    #expect(Self.wrong(settings).map { $0.prefix(10) } == ["setting/40", "setting/41"])
    var old = Self.mariadb
    old.wantsSemiSync = true
    old.variables["rpl_semi_sync_master_timeout"] = "10000"
    #expect(Self.wrong(old) == [])
    old.hasDefaultSemiSyncLimit = true
    old.variables["rpl_semi_sync_master_wait_point"] = "AFTER_COMMIT"
    #expect(
      Self.wrong(old) == [
        "setting/45 rpl_semi_sync_master_timeout 10000: is the default: after so many milliseconds the primary goes on alone, and a failover may lose commits; needs 4294967295, or a limit that you have chosen",
        "setting/46 rpl_semi_sync_master_wait_point AFTER_COMMIT: others see a commit before a replica has it; needs AFTER_SYNC",
      ])
    old.hasDefaultSemiSyncLimit = false
    old.variables["rpl_semi_sync_master_wait_point"] = nil
    old.variables["rpl_semi_sync_slave_enabled"] = "OFF"
    #expect(Self.wrong(old).first?.hasPrefix("setting/42 rpl_semi_sync_slave_enabled OFF: ") ?? false)
  }

  @Test func whatIsTheAgents() {
    var settings = Self.mysql
    settings.persisted = ["super_read_only": "ON", "max_connections": "100", "skip_replica_start": "ON"]
    #expect(Self.wrong(settings) == [])
    settings.persisted = [
      "super_read_only": "OFF", "offline_mode": "ON", "rpl_semi_sync_source_enabled": "ON",
    ]
    #expect(
      Self.wrong(settings) == [
        "setting/50 SET PERSIST offline_mode, rpl_semi_sync_source_enabled, super_read_only: overrules what the agent starts the server with; needs RESET PERSIST"
      ])
    settings = Self.mysql
    settings.variables["offline_mode"] = "ON"
    settings.isClosedByAgent = true
    #expect(Self.wrong(settings) == [])
    settings.hasDefaultServerID = true
    settings.supervisor = "mysqld_safe"
    settings.unit = "mysql.service"
    #expect(
      Self.wrong(settings) == [
        "setting/18 server_id 1: is what every server has that was given none; needs another number on each node",
        "setting/60 mysqld_safe: restarts a server that the cluster has stopped; needs the server without it",
        "setting/61 mysql.service: runs the server, which is the cluster's to start and to stop; needs systemctl disable --now",
      ])
  }

  @Test(arguments: [
    ("0::/system.slice/mariadb.service\n", "mariadb.service"),
    ("0::/system.slice/system-mysql.slice/mysql@one.service", "mysql@one.service"),
    ("12:pids:/system.slice/mysqld.service\n0::/", "mysqld.service"),
    ("0::/system.slice/pacemaker.service", nil), ("0::/user.slice/user-0.slice/session-3.scope", nil),
    ("", nil),
  ])
  func units(text: String, unit: String?) {
    #expect(databaseUnit(inControlGroups: text) == unit)
  }

  @Test func idsAscend() {
    let ids = settingRules.map(\.id)
    #expect(ids == Array(Set(ids)).sorted())
    #expect(ids.allSatisfy { $0.hasPrefix("setting/") })
    for name in settingRules.flatMap(\.names) where name.contains("_") && name != "mysqld_safe" {
      #expect(
        Settings.query.contains("'\(name)'") || name.hasPrefix("rpl_semi_sync_"), "\(name) is not asked for")
    }
  }
}
