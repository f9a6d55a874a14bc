public import MySQLFacts

/// A setting that would cost data, or a failover. All of them are looked at, and each that is wrong is named.
public struct SettingRule: Sendable {
  /// Stable, never reused.
  public let id: String
  /// The setting's names, the newest first; or what else is wrong.
  public let names: [String]
  /// What is wrong with it, or what comes of it.
  public let because: String
  /// What it needs.
  public let needs: String
  /// Whether it is wrong.
  public let isWrong: @Sendable (Settings) -> Bool
  /// What the operator has to look at: by default the setting and its value.
  let object: (@Sendable (Settings) -> String)?

  init(
    _ id: String, _ names: [String], _ because: String, needs: String,
    object: (@Sendable (Settings) -> String)? = nil, when isWrong: @escaping @Sendable (Settings) -> Bool
  ) {
    self.id = id
    self.names = names
    self.because = because
    self.needs = needs
    self.object = object
    self.isWrong = isWrong
  }

  /// One line: the object, what is wrong, what it needs.
  public func line(_ settings: Settings) -> String {
    let value = settings.value(names).map { " " + $0 } ?? ""
    return "\(object?(settings) ?? settings.name(names) + value): \(because); needs \(needs)"
  }
}

/// What `validate-all` looks for in a running server at level 10.
public let settingRules: [SettingRule] =
  historySettings + durabilitySettings + reachSettings + semiSyncSettings + ownedSettings

private let historySettings: [SettingRule] = [
  SettingRule("setting/10", ["gtid_mode"], "without GTIDs nobody can tell what a server has", needs: "ON") {
    !$0.isMariaDB && $0.value(["gtid_mode"]) != "ON"
  },
  SettingRule(
    "setting/11", ["enforce_gtid_consistency"], "allows statements that have no GTID", needs: "ON"
  ) { !$0.isMariaDB && $0.value(["enforce_gtid_consistency"]) != "ON" },
  SettingRule(
    "setting/12", ["gtid_strict_mode"], "a replica takes what does not follow upon what it has", needs: "ON"
  ) { $0.isMariaDB && !$0.isOn(["gtid_strict_mode"]) },
  SettingRule(
    "setting/14", ["log_bin"], "without a binary log nobody can follow it", needs: "log_bin = binlog"
  ) {
    !$0.isOn(["log_bin"])
  },
  SettingRule(
    "setting/15", ["log_replica_updates", "log_slave_updates"],
    "what it applies it does not log, so nobody could follow it once it is promoted", needs: "ON"
  ) { !$0.isOn(["log_replica_updates", "log_slave_updates"]) },
  SettingRule(
    "setting/16", ["binlog_format"], "a statement may do something else on a replica", needs: "ROW"
  ) { ($0.value(["binlog_format"]) ?? "ROW") != "ROW" },
  SettingRule(
    "setting/18", ["server_id"], "is what every server has that was given none",
    needs: "another number on each node"
  ) { $0.hasDefaultServerID || $0.value(["server_id"]) == "0" },
]

private let durabilitySettings: [SettingRule] = [
  SettingRule("setting/20", ["sync_binlog"], "after a crash the binary log lacks commits", needs: "1") {
    $0.value(["sync_binlog"]) != "1"
  },
  SettingRule(
    "setting/21", ["innodb_flush_log_at_trx_commit"], "a crash loses commits that were acknowledged",
    needs: "1"
  ) { $0.value(["innodb_flush_log_at_trx_commit"]) != "1" },
]

private let reachSettings: [SettingRule] = [
  SettingRule("setting/30", ["skip_networking"], "the other nodes cannot reach it", needs: "OFF") {
    $0.isOn(["skip_networking"])
  },
  SettingRule(
    "setting/31", ["bind_address"], "the other nodes cannot reach it",
    needs: "* or this node's address, in a file that no later one overrules"
  ) {
    $0.isBoundToLoopback
  },
  SettingRule(
    "setting/33", Settings.netTimeout,
    "for so many seconds a replica does not notice that its source is silent",
    needs: "10"
  ) { $0.value(Settings.netTimeout).flatMap { Int($0) }.map { $0 > 30 } ?? false },
]

private let semiSyncSettings: [SettingRule] = [
  SettingRule(
    "setting/40", Settings.semiSyncSource, "is ON in the configuration, and the server does not know it",
    needs: "plugin_load_add = semisync_source.so"
  ) { $0.wantsSemiSync && $0.value(Settings.semiSyncSource) == nil },
  SettingRule(
    "setting/41", Settings.semiSyncReplica,
    "the source side is on, and the server has no replica side, which would acknowledge",
    needs: "plugin_load_add = semisync_replica.so"
  ) { $0.wantsSemiSync && $0.value(Settings.semiSyncReplica) == nil },
  SettingRule(
    "setting/42", Settings.semiSyncReplica,
    "the source side is on, and no primary would get its acknowledgements",
    needs: "ON"
  ) { $0.wantsSemiSync && $0.value(Settings.semiSyncReplica).map { $0 != "ON" } ?? false },
  SettingRule(
    "setting/44", ["relay_log_recovery"],
    "throws away at a start what was received, acknowledged and not yet applied", needs: "OFF"
  ) { $0.isOn(["relay_log_recovery"]) && ($0.wantsSemiSync || $0.isOn(Settings.semiSyncReplica)) },
  SettingRule(
    "setting/45", Settings.semiSyncLimit,
    "is the default: after so many milliseconds the primary goes on alone, and a failover may lose commits",
    needs: "4294967295, or a limit that you have chosen"
  ) { $0.wantsSemiSync && $0.hasDefaultSemiSyncLimit },
  SettingRule(
    "setting/46", Settings.semiSyncWaitPoint, "others see a commit before a replica has it",
    needs: "AFTER_SYNC"
  ) { $0.wantsSemiSync && ($0.value(Settings.semiSyncWaitPoint) ?? "AFTER_SYNC") != "AFTER_SYNC" },
]

private let ownedSettings: [SettingRule] = [
  SettingRule(
    "setting/50", ["SET PERSIST"], "overrules what the agent starts the server with", needs: "RESET PERSIST",
    object: { "SET PERSIST " + $0.contradictions.joined(separator: ", ") }
  ) { !$0.contradictions.isEmpty },
  SettingRule("setting/52", ["offline_mode"], "applications cannot log in", needs: "OFF") {
    $0.isOn(["offline_mode"]) && !$0.isClosedByAgent
  },
  SettingRule(
    "setting/60", ["mysqld_safe"], "restarts a server that the cluster has stopped",
    needs: "the server without it",
    object: { $0.supervisor ?? "" }
  ) { $0.supervisor != nil },
  SettingRule(
    "setting/61", ["mysql.service"], "runs the server, which is the cluster's to start and to stop",
    needs: "systemctl disable --now", object: { $0.unit ?? "" }
  ) { $0.unit != nil },
]
