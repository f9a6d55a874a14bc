internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import ReplicationActions

/// The slots on the server that this node follows, by a connection for replication: the right to replicate is all it needs.
struct UpstreamSlots: ~Copyable {
  private let connection: Connection
  private let instance: Instance
  private let deadline: Deadline

  /// - Parameter string: a connection string, as in primary_conninfo.
  init(_ string: String, _ replication: ReplicationConnection, until deadline: Deadline)
    throws(ConnectionError)
  {
    instance = replication.instance
    self.deadline = deadline
    // Up to 14 there is no command that tells of a slot, and SQL needs a database.
    let more =
      Self.hasCommand(instance) ? "replication=true" : "dbname=\(replication.quoted(Self.database(instance)))"
    connection = try replication.connect("\(string) \(more)", until: deadline)
  }

  /// The slot with this name; nil when the server has none.
  borrowing func slot(_ name: String) throws(ConnectionError) -> ReplicationSlot? {
    let question =
      Self.hasCommand(instance)
      ? "READ_REPLICATION_SLOT \(name)"
      : "SELECT slot_type, restart_lsn FROM pg_replication_slots WHERE slot_name = '\(name)'"
    guard let row = try connection.query(question, until: deadline).first, row["slot_type"] == "physical"
    else {
      return nil
    }
    return ReplicationSlot(name: name, restart: row["restart_lsn"].flatMap { LSN($0) })
  }

  /// Afterwards the server has the slot, and keeps WAL for it. One whose WAL it gave up is made anew.
  borrowing func ensure(_ name: String) throws(ConnectionError) {
    if let slot = try slot(name) {
      if slot.restart != nil { return }
      _ = try connection.query(
        Self.hasCommand(instance)
          ? "DROP_REPLICATION_SLOT \(name)" : "SELECT pg_drop_replication_slot('\(name)')",
        until: deadline)
    }
    _ = try connection.query(
      Self.hasCommand(instance)
        ? "CREATE_REPLICATION_SLOT \(name) PHYSICAL RESERVE_WAL"
        : "SELECT pg_create_physical_replication_slot('\(name)', true)", until: deadline)
  }

  private static func hasCommand(_ instance: Instance) -> Bool { instance.majorVersion >= 15 }

  private static func database(_ instance: Instance) -> String {
    instance.values.text(Declarations.database) ?? "postgres"
  }
}

extension Instance {
  /// Whether WAL is kept for the other nodes.
  var keepsSlots: Bool { values.flag(Declarations.slots) }

  /// Whether failover slots wait for standbys.
  var synchronizesSlots: Bool {
    values.flag(Declarations.synchronizeSlots) && keepsSlots && majorVersion >= 17
  }

  /// The version's first number; 0 when it is not known.
  var majorVersion: Int { version.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0 }
}

extension Context {
  /// The slot by which this node is to stream from `upstream`, which has it then; empty for none. A receiver whose slot is not
  /// there gets nothing at all, so a slot is named only when it is.
  func slot(at upstream: Upstream?, _ replication: ReplicationConnection) -> String {
    guard let upstream, let node = cluster.node, instance.keepsSlots else { return "" }
    let name = ReplicationSlot.name(of: node)
    do throws(ConnectionError) {
      // Whoever is not there is found out by others, who have more time.
      let slots = try UpstreamSlots(
        replication.string(to: upstream), replication, until: deadline.earlier(.seconds(2)))
      try slots.ensure(name)
      return name
    } catch {
      log(.info, "\(upstream.node): streams without the slot \(name): \(error.reason)")
      return ""
    }
  }
}
