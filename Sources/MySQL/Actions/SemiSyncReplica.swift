internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// A replica's own side of semi-synchronous replication. A source counts whoever acknowledges, so a replica does so only
/// where it is a member of the durability record: what it alone acknowledged would be looked for in vain at an election
/// that does not ask it. While no more than the primary's own copy is promised nobody's acknowledgement matters, so that all
/// may: the primary sees then whom it can count on.
struct SemiSyncReplica {
  let context: Context
  let connection: Connection

  /// Switches it as the record says. Called before the receiver starts, and by monitors until it is on.
  /// - Returns: whether the receiver has to be started anew for it.
  func settle(_ memory: inout Memory) throws(ConnectionError) -> Bool {
    guard context.instance.durability.policy != .async, let node = context.cluster.node,
      let option = DurabilityOption(context)
    else { return false }
    var isMember = false
    var mayAcknowledge = false
    do throws(Unknown) {
      let record = try option.read()
      isMember = record?.members.contains(node) ?? false
      mayAcknowledge = isMember || (record?.copies ?? 1) == 1
    } catch {
      context.log(.warning, "does not acknowledge: \(error.reason)")
    }
    let values = try connection.semiSync(until: context.deadline)
    guard let names = values.names else { throw .unreachable(SemiSync.missingPlugins) }
    memory["acknowledges"] = mayAcknowledge ? "1" : nil
    memory["is-member"] = isMember ? "1" : nil
    if (values[names.replicaSwitch] == "ON") == mayAcknowledge { return false }
    try connection.query(
      "SET GLOBAL \(names.replicaSwitch) = \(mayAcknowledge ? "ON" : "OFF")", until: context.deadline)
    return true
  }

  /// The monitor of a replica that is no member yet.
  static func join(_ context: Context, _ answer: ServerAnswer, _ memory: inout Memory) {
    guard context.instance.durability.policy != .async, memory["is-member"] == nil, answer.isReadOnly,
      answer.channel?.receiver == .running
    else { return }
    do throws(ConnectionError) {
      let connection = try context.connect()
      let dialect = Dialect(connection.version)
      guard try SemiSyncReplica(context: context, connection: connection).settle(&memory) else { return }
      try connection.query(dialect.stopReceiver, until: context.deadline)
      try connection.query(dialect.startReceiver, until: context.deadline)
    } catch {
      context.log(.warning, "cannot acknowledge commits yet: \(error.reason)")
    }
  }
}
