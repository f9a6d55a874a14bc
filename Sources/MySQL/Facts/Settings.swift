/// What a running server's settings are, as far as `settingRules` ask.
public struct Settings: Sendable, Equatable {
  /// Whose they are.
  public var version: ServerVersion
  /// Rows of `Settings.query` by name; what a server does not know is not there.
  public var variables: [String: String]
  /// Nobody has set `server_id`.
  public var hasDefaultServerID = false
  /// Nobody has chosen how long the source side of semi-synchronous replication waits.
  public var hasDefaultSemiSyncLimit = false
  /// What SET PERSIST has kept, which overrules the command line.
  public var persisted: [String: String] = [:]
  /// The configuration switches the source side of semi-synchronous replication on.
  public var wantsSemiSync = false
  /// The program that restarts the server when it ends.
  public var supervisor: String?
  /// The service manager's unit that runs the server.
  public var unit: String?
  /// The agent has closed it to applications, after a demotion.
  public var isClosedByAgent = false

  /// Settings of which only this is known.
  public init(_ version: ServerVersion, _ variables: [String: String]) {
    self.version = version
    self.variables = variables
  }

  /// What is asked for.
  public static let query: String = {
    let names = [
      "gtid_mode", "enforce_gtid_consistency", "gtid_strict_mode", "log_bin", "log_replica_updates",
      "log_slave_updates", "binlog_format", "server_id", "sync_binlog", "innodb_flush_log_at_trx_commit",
      "skip_networking", "bind_address", "port", "relay_log_recovery", "offline_mode", "admin_address",
      "replica_net_timeout", "slave_net_timeout",
    ]
    let list = names.map { "'\($0)'" }.joined(separator: ", ")
    return
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN (\(list)) OR Variable_name LIKE 'rpl\\_semi\\_sync\\_%'"
  }()

  /// MariaDB's.
  public var isMariaDB: Bool { version.family == .mariadb }

  /// The first of a setting's names that this server knows, the newest first; else the first.
  public func name(_ names: [String]) -> String {
    names.first { variables[$0] != nil } ?? names.first ?? ""
  }

  /// A setting's value, by any of its names; nil when the server does not know it.
  public func value(_ names: [String]) -> String? { variables[name(names)] }

  /// A setting that the server knows and that is on.
  public func isOn(_ names: [String]) -> Bool {
    value(names).map { ["ON", "1", "YES"].contains($0) } ?? false
  }

  /// The switch of the side of semi-synchronous replication that sends.
  public static let semiSyncSource = ["rpl_semi_sync_source_enabled", "rpl_semi_sync_master_enabled"]
  /// How long it waits for an acknowledgement, in milliseconds.
  public static let semiSyncLimit = ["rpl_semi_sync_source_timeout", "rpl_semi_sync_master_timeout"]
  /// When it waits.
  public static let semiSyncWaitPoint = [
    "rpl_semi_sync_source_wait_point", "rpl_semi_sync_master_wait_point",
  ]
  /// After how many seconds of silence a replica connects anew.
  public static let netTimeout = ["replica_net_timeout", "slave_net_timeout"]
  /// The switch of the side that acknowledges.
  public static let semiSyncReplica = ["rpl_semi_sync_replica_enabled", "rpl_semi_sync_slave_enabled"]

  /// A server that listens only where nobody but this node can reach it.
  public var isBoundToLoopback: Bool {
    guard let list = value(["bind_address"])?.split(separator: ","), !list.isEmpty else { return false }
    return list.allSatisfy { address in
      let address = address.filter { $0 != " " }
      return address.hasPrefix("127.") || address == "::1" || address == "localhost"
    }
  }

  /// Of what SET PERSIST has kept, those that would undo what the agent starts a server with.
  public var contradictions: [String] {
    let on = ["offline_mode"] + Settings.semiSyncSource
    let off = ["read_only", "super_read_only", "skip_replica_start", "skip_slave_start"]
    return persisted.filter { name, value in
      value == "ON" || value == "1" ? on.contains(name) : off.contains(name)
    }.keys.sorted()
  }
}

/// The unit of a database server in what /proc/PID/cgroup says; nil for any other.
public func databaseUnit(inControlGroups text: String) -> String? {
  for line in text.split(whereSeparator: \.isNewline) {
    for part in line.split(separator: "/") where part.hasSuffix(".service") {
      if ["mysql", "mariadb", "percona"].contains(where: { part.hasPrefix($0) }) { return String(part) }
    }
  }
  return nil
}
