internal import MySQLFacts

/// The few things of the server's own configuration that the agent has to know while the server runs. They are asked once,
/// at start, and kept with the parameters: asking costs a process.
struct KeptConfiguration {
  /// The source side of semi-synchronous replication is on where the instance is the primary.
  let wantsSemiSync: Bool
  /// The replica's side is on where nobody switches it.
  let wantsToAcknowledge: Bool
  /// Something was kept: the agent started the server.
  let isKnown: Bool
  /// It may be on: where nothing was kept nobody knows.
  var mayWantSemiSync: Bool { wantsSemiSync || !isKnown }
  /// Where MySQL listens for administrators alone.
  let adminAddress: String?
  let adminPort: Int
  /// The same of MariaDB.
  let extraPort: Int?

  /// What was kept.
  init(_ fields: [String: String]) {
    wantsSemiSync = fields["config.semi-sync"] == "1"
    wantsToAcknowledge = fields["config.acknowledges"] == "1"
    isKnown = fields["config.semi-sync"] != nil
    adminAddress = fields["config.admin-address"]
    adminPort = fields["config.admin-port"].flatMap { Int($0) } ?? 33062
    extraPort = fields["config.extra-port"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  /// What is to be kept of a configuration.
  static func fields(_ options: ConfiguredOptions) -> [String: String] {
    var fields = ["config.semi-sync": options.wantsSemiSync ? "1" : "0"]
    fields["config.acknowledges"] = options.wantsToAcknowledge ? "1" : "0"
    for name in ["admin-address", "admin-port", "extra-port"] { fields["config." + name] = options[name] }
    return fields
  }
}
