internal import CIB
internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import Replication
internal import ReplicationActions

extension Context {
  /// What is promised of the commits of this node's server, kept by monitors and whenever a standby comes or goes.
  func durability(_ facts: InstanceFacts) -> DurabilityPerformer<Context, SynchronousStandbys> {
    DurabilityPerformer(self, SynchronousStandbys(self, facts), instance.durability)
  }
}

/// A primary's synchronous standbys.
struct SynchronousStandbys: Acknowledging {
  let context: Context
  let facts: InstanceFacts

  init(_ context: Context, _ facts: InstanceFacts) {
    self.context = context
    self.facts = facts
  }

  func mark() throws(Unknown) -> String {
    try asking { (connection) throws(ConnectionError) in
      try connection.query("SELECT pg_current_wal_insert_lsn() AS lsn", until: context.deadline).first?["lsn"]
        ?? ""
    }
  }

  var namesStandbys: Bool { true }

  func waits(forAsManyAs count: Int) -> Bool { true }

  func remember(_ look: AcknowledgementLook, _ memory: inout Memory) {}

  func look(after mark: String?, _ state: ClusterState?, _ memory: Memory) throws(Unknown)
    -> AcknowledgementLook
  {
    let mark = mark.flatMap { LSN($0) }
    return try asking { (connection) throws(ConnectionError) in
      let (text, senders) = try senders(connection)
      var look = AcknowledgementLook(rule: nil, streaming: Set(senders.filter(\.isStreaming).map(\.name)))
      if let names = SynchronousStandbyNames(text: text), !names.isRanked, text == memory[Self.proven] {
        look.rule = names.rule
      }
      if let mark {
        look.complete = Set(
          senders.filter { sender in sender.isStreaming && sender.flushed.map { $0 >= mark } ?? false }
            .map(\.name))
      }
      return look
    }
  }

  func objection() throws(Unknown) -> String? {
    try asking { (connection) throws(ConnectionError) in
      // What sessions get from the files; a role or a session that asks for less has chosen so.
      let row = try connection.query(
        "SELECT setting FROM pg_file_settings WHERE name = 'synchronous_commit' AND error IS NULL ORDER BY seqno DESC LIMIT 1",
        until: context.deadline
      ).first
      guard let setting = row?["setting"], ["off", "local", "remote_write"].contains(setting) else {
        return nil
      }
      return "synchronous_commit is \(setting), so commits do not wait for a standby's disk; needs on"
    }
  }

  /// More of the same standbys: nothing else would show that each sender knows the new number.
  func set(_ rule: AcknowledgementRule, _ memory: inout Memory) throws(Unknown) {
    memory[Self.proven] = nil
    try asking { (connection) throws(ConnectionError) in
      let former = SynchronousStandbyNames(text: try senders(connection).text)?.rule
      if let former, former.count > 0, former.count < rule.count,
        !former.standbys.isDisjoint(with: rule.standbys)
      {
        try apply(SynchronousStandbyNames(rule, isRanked: true), connection)
      }
      try apply(SynchronousStandbyNames(rule), connection)
    }
    memory[Self.proven] = SynchronousStandbyNames(rule).text
  }

  func giveBack(_ memory: inout Memory) throws(Unknown) {
    memory[Self.proven] = nil
    try asking { (connection) throws(ConnectionError) in
      _ = try connection.query("ALTER SYSTEM RESET synchronous_standby_names", until: context.deadline)
      _ = try connection.query("SELECT pg_reload_conf()", until: context.deadline)
    }
  }

  /// Every process that acts by the setting reads it for itself: the server's children get it one after another. Until all
  /// have, a commit may be acknowledged by the former one.
  private func apply(_ names: SynchronousStandbyNames, _ connection: borrowing Connection)
    throws(ConnectionError)
  {
    try ServerSettings.alter("synchronous_standby_names", names.text, on: connection, until: context.deadline)
    _ = try connection.query("SELECT pg_reload_conf()", until: context.deadline)
    let recovery = try connection.query("SELECT pg_is_in_recovery() AS recovery", until: context.deadline)
      .first
    let isStandby = recovery?["recovery"] == "t"
    let deadline = context.deadline.earlier(.seconds(5))
    var sights = 0
    repeat {
      let (text, senders) = try senders(connection)
      // Before a promotion every sender is a cascading one, of priority 0 whatever the setting is: it finds its priority when
      // it begins with the new timeline (syncrep.c, SyncRepGetStandbyPriority).
      let haveSendersRead = senders.filter { $0.isStreaming && !isStandby }.allSatisfy {
        $0.priority == names.priority(of: $0.name)
      }
      // The checkpointer tells the backends whether they wait at all (syncrep.c, SyncRepUpdateSyncStandbysDefined). It reads
      // its settings whenever it wakes from one of these two waits, and between the writes of a checkpoint.
      let row = try connection.query(
        "SELECT wait_event FROM pg_stat_activity WHERE backend_type = 'checkpointer'", until: context.deadline
      ).first
      let isAwake = ["CheckpointerMain", "CheckpointWriteDelay"].contains(row?["wait_event"] ?? "")
      sights = text == names.text && haveSendersRead && isAwake ? sights + 1 : 0
      if sights == 3 { return }
      pause(.milliseconds(50), until: deadline)
    } while !deadline.isPast
    throw .unreachable("the server's processes have not all read synchronous_standby_names = \(names.text)")
  }

  private struct Sender {
    let name: String
    let isStreaming: Bool
    let flushed: LSN?
    let priority: Int
  }

  private func senders(_ connection: borrowing Connection) throws(ConnectionError)
    -> (text: String, senders: [Sender])
  {
    let rows = try connection.query(
      """
      SELECT current_setting('synchronous_standby_names') AS names, application_name AS name, state, flush_lsn, sync_priority \
      FROM (SELECT 1) one LEFT JOIN pg_stat_replication ON true
      """, until: context.deadline)
    let senders = rows.compactMap { row in
      row["name"].map { name in
        Sender(
          name: name, isStreaming: row["state"] == "streaming", flushed: row["flush_lsn"].flatMap { LSN($0) },
          priority: row["sync_priority"].flatMap { Int($0) } ?? 0)
      }
    }
    return (rows.first?["names"] ?? "", senders)
  }

  /// What was last known to be in force. A server that was started with a setting has it in force from its first moment;
  /// so the setting is all there is to remember.
  private static let proven = "synchronous-standbys"

  private func asking<R>(_ body: (borrowing Connection) throws(ConnectionError) -> R) throws(Unknown) -> R {
    do throws(ConnectionError) {
      let connection = try LocalServer(instance: context.instance, pidFile: facts.pidFile).connect(
        until: context.deadline)
      return try body(connection)
    } catch {
      throw Unknown(error.reason)
    }
  }
}
