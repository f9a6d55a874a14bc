internal import CIB
internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

extension Context {
  /// What is promised of the commits of this node's server, kept by monitors and whenever a replica comes or goes.
  var durability: DurabilityPerformer<Context, SemiSync> {
    DurabilityPerformer(self, SemiSync(context: self), instance.durability)
  }
}

/// A primary's semi-synchronous replication. The server counts acknowledgements and does not know whose they are: who may
/// acknowledge is a matter of the replicas' own switches, see `SemiSyncReplica`.
struct SemiSync: Acknowledging {
  let context: Context

  var namesStandbys: Bool { false }

  /// MariaDB waits for one at most.
  func waits(forAsManyAs count: Int) throws(Unknown) -> Bool {
    if count <= 1 { return true }
    return try asking { (connection) throws(ConnectionError) in
      try connection.semiSync(until: context.deadline).names?.count != nil
    }
  }

  func mark() throws(Unknown) -> String {
    // A commit that found nobody to wait for is not in here before it has ended.
    pause(.milliseconds(100), until: context.deadline)
    return try asking { (connection) throws(ConnectionError) in
      try connection.history(until: context.deadline).executed.description
    }
  }

  func look(after mark: String?, _ state: ClusterState?, _ memory: Memory) throws(Unknown)
    -> AcknowledgementLook
  {
    let (rule, clients, connected) = try asking { (connection) throws(ConnectionError) in
      let values = try connection.semiSync(until: context.deadline)
      let connected = try connection.query(Self.receivers, until: context.deadline).first?["number"]
      return (
        self.rule(values, connection.version.family == .mariadb, memory), values.clients,
        connected.flatMap { Int($0) } ?? 0
      )
    }
    // Without a look at the cluster, the numbers tell whether anything has changed.
    let streaming =
      state.map { replicas($0, that: "state", is: "replicating") }
      ?? Set(memory[Self.streaming]?.split(separator: " ").map(String.init) ?? [])
    var look = AcknowledgementLook(rule: rule, streaming: streaming)
    look.connected = connected
    // While it is off the server counts nobody, and the replicas themselves tell.
    let willing = state.map { replicas($0, that: "acknowledges", is: "1").intersection(streaming).count } ?? 0
    look.number = rule == AcknowledgementRule.none ? willing : clients
    if let mark = mark.flatMap(GTIDPosition.init(_:)), let state {
      look.complete = try complete(look.streaming, mark, state)
    }
    return look
  }

  func objection() throws(Unknown) -> String? {
    try asking { (connection) throws(ConnectionError) in
      let rows = try connection.query(
        "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('sync_binlog', 'innodb_flush_log_at_trx_commit')",
        until: context.deadline)
      let weak = rows.first { $0["Value"] != "1" }
      return weak.map {
        "\($0["Variable_name"] ?? "") is \($0["Value"] ?? ""), so commits are not on the primary's own disk; needs 1"
      }
    }
  }

  func set(_ rule: AcknowledgementRule, _ memory: inout Memory) throws(Unknown) {
    memory[Self.ackers] = nil
    try asking { (connection) throws(ConnectionError) in
      let names = try connection.semiSync(until: context.deadline).names
      if rule.count == 0 {
        try connection.setSemiSyncSource(false, until: context.deadline)
        return
      }
      guard let names else { throw .unreachable(Self.missingPlugins) }
      guard rule.count == 1 || names.count != nil else {
        throw .unreachable("acknowledgements is \(rule.count), and MariaDB waits for one at most; needs 1")
      }
      for (name, value) in names.settings(count: rule.count) {
        let text = value.allSatisfy(\.isNumber) ? value : "'\(value)'"
        try connection.query("SET GLOBAL \(name) = \(text)", until: context.deadline)
      }
      try connection.setSemiSyncSource(true, until: context.deadline)
    }
    memory[Self.ackers] = rule.standbys.sorted().joined(separator: " ")
  }

  func giveBack(_ memory: inout Memory) throws(Unknown) {
    memory[Self.ackers] = nil
    try asking { (connection) throws(ConnectionError) in
      _ = try connection.setSemiSyncSource(context.wantsSemiSync, until: context.deadline)
    }
  }

  func remember(_ look: AcknowledgementLook, _ memory: inout Memory) {
    memory[Self.streaming] = look.streaming.sorted().joined(separator: " ")
  }

  static let missingPlugins =
    "semi-synchronous replication is not there; needs plugin_load_add = semisync_source.so and semisync_replica.so"
  private static let ackers = "semi-sync-ackers"
  private static let streaming = "semi-sync-streaming"

  /// What the server's settings mean, if they are the agent's.
  private func rule(_ values: SemiSyncValues, _ isMariaDB: Bool, _ memory: Memory) -> AcknowledgementRule? {
    guard let names = values.names else { return AcknowledgementRule.none }
    guard values[names.sourceSwitch] == "ON" else { return AcknowledgementRule.none }
    let count = names.count.map { values[$0].flatMap { Int($0) } ?? 0 } ?? 1
    guard let ackers = memory[Self.ackers], count > 0, values.isWaiting,
      names.settings(count: count).allSatisfy({ values[$0.name] == $0.value })
    else { return nil }
    return AcknowledgementRule(count: count, standbys: Set(ackers.split(separator: " ").map(String.init)))
  }

  private static let receivers =
    "SELECT COUNT(*) AS number FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'"

  /// The nodes whose replicas say something of themselves.
  private func replicas(_ state: ClusterState, that name: String, is value: String) -> Set<String> {
    let resource = context.cluster.instance
    return Set(
      state.nodes.filter { node in
        node.attribute("\(resource)-\(name)") == value && state.availability(of: node.name) == .online
          && state.role(of: resource, on: node.name) == .unpromoted && node.name != context.cluster.node
      }.map(\.name))
  }

  /// Those of `nodes` that have executed everything up to a mark; who cannot be asked is not known to have.
  private func complete(_ nodes: Set<String>, _ mark: GTIDPosition, _ state: ClusterState) throws(Unknown)
    -> Set<String>
  {
    let port = try asking { (connection) throws(ConnectionError) in
      try ReplicaFollow(context: context, connection: connection).port(
        connection.look(until: context.deadline))
    }
    return nodes.filter { node in
      let upstream = state.upstream(node, for: context.invocation.instance)
      let peer = try? PeerServer(context: context, upstream: upstream, port: port).connect(
        until: context.deadline)
      guard let executed = try? peer?.history(until: context.deadline).executed else { return false }
      return mark.isContained(in: executed)
    }
  }

  private func asking<R>(_ body: (Connection) throws(ConnectionError) -> R) throws(Unknown) -> R {
    do throws(ConnectionError) {
      return try body(try context.connect())
    } catch {
      throw Unknown(error.reason)
    }
  }
}

/// The variables of semi-synchronous replication, and what its source's side says of itself.
struct SemiSyncValues {
  private let variables: [String: String]
  /// How they are called; nil without the plugins.
  let names: SemiSyncNames?
  /// The source's side works, and has not fallen back.
  let isWaiting: Bool
  /// How many replicas are connected that acknowledge.
  let clients: Int
  /// How many sessions wait for an acknowledgement.
  let waiting: Int
  /// The replica's side works: its source waits for it.
  let isAcknowledging: Bool

  subscript(name: String) -> String? { variables[name] }

  init(variables: [String: String], status: [String: String], isMariaDB: Bool) {
    self.variables = variables
    names = SemiSyncNames(variables: variables.keys, isMariaDB: isMariaDB)
    let lowered = Dictionary(status.map { ($0.key.lowercased(), $0.value) }) { $1 }
    func value(_ name: String) -> String? {
      lowered["rpl_semi_sync_source_\(name)"] ?? lowered["rpl_semi_sync_master_\(name)"]
    }
    isAcknowledging =
      (lowered["rpl_semi_sync_replica_status"] ?? lowered["rpl_semi_sync_slave_status"]) == "ON"
    isWaiting = value("status") == "ON"
    clients = value("clients").flatMap { Int($0) } ?? 0
    waiting = value("wait_sessions").flatMap { Int($0) } ?? 0
  }
}

extension Connection {
  /// What semi-synchronous replication is set to, and does.
  func semiSync(until deadline: Deadline) throws(ConnectionError) -> SemiSyncValues {
    func pairs(_ rows: [ResultRow]) -> [String: String] {
      Dictionary(rows.compactMap { row in row["Variable_name"].map { ($0, row["Value"] ?? "") } }) { $1 }
    }
    let variables = try query("SHOW GLOBAL VARIABLES LIKE 'rpl\\_semi\\_sync\\_%'", until: deadline)
    let status = try query("SHOW GLOBAL STATUS LIKE 'Rpl\\_semi\\_sync\\_%'", until: deadline)
    return SemiSyncValues(
      variables: pairs(variables), status: pairs(status), isMariaDB: version.family == .mariadb)
  }
}
