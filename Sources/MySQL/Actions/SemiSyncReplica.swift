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

  /// Switches it as the record says for a replica of `primary`. Called before the receiver starts, and by monitors.
  /// - Returns: whether a receiver that runs has to be started anew for it: what the switch was when it connected holds, which
  ///   may have been another, and an agent may have been killed before it started it.
  func settle(following primary: String?, seeing given: SemiSyncValues? = nil, _ memory: inout Memory)
    throws(ConnectionError) -> Bool
  {
    guard context.instance.durability.policy != .async else { return try giveBack(given, &memory) }
    guard let node = context.cluster.node, let option = DurabilityOption(context) else { return false }
    memory[Self.isOurs] = "1"
    var isMember = false
    var mayAcknowledge = false
    do throws(Unknown) {
      let record = try option.read()
      isMember = record?.members.contains(node) ?? false
      mayAcknowledge = record?.lets(node, acknowledge: primary) ?? true
    } catch {
      context.log(.warning, "does not acknowledge: \(error.reason)")
    }
    let values = if let given { given } else { try connection.semiSync(until: context.deadline) }
    guard let names = values.names else { throw .unreachable(SemiSync.missingPlugins) }
    memory["acknowledges"] = mayAcknowledge ? "1" : nil
    memory["is-member"] = isMember ? "1" : nil
    if (values[names.replicaSwitch] == "ON") == mayAcknowledge {
      return values.isAcknowledging != mayAcknowledge
    }
    try connection.query(
      "SET GLOBAL \(names.replicaSwitch) = \(mayAcknowledge ? "ON" : "OFF")", until: context.deadline)
    return true
  }

  /// The agent has switched it, or started the server with it switched off.
  static let isOurs = "owns-acknowledging"

  /// Without durability the server's own configuration holds, where the agent had switched it off: a primary whose configuration asks
  /// for acknowledgements would wait for ever.
  private func giveBack(_ given: SemiSyncValues?, _ memory: inout Memory) throws(ConnectionError) -> Bool {
    guard memory[Self.isOurs] != nil else { return false }
    let values = if let given { given } else { try connection.semiSync(until: context.deadline) }
    guard let names = values.names, context.instance.kept.wantsToAcknowledge else {
      memory[Self.isOurs] = nil
      return false
    }
    if values[names.replicaSwitch] != "ON" {
      try connection.query("SET GLOBAL \(names.replicaSwitch) = ON", until: context.deadline)
    }
    memory[Self.isOurs] = nil
    return !values.isAcknowledging
  }

  /// The monitor of a replica that is no member yet, or does not acknowledge as one. Nothing else would ever tell: it replicates.
  static func join(_ context: Context, _ answer: ServerAnswer, _ memory: inout Memory) {
    let isAsync = context.instance.durability.policy == .async
    guard !isAsync || memory[Self.isOurs] != nil, answer.isReadOnly, answer.channel?.receiver == .running
    else { return }
    do throws(ConnectionError) {
      let connection = try context.connect()
      let values = try connection.semiSync(until: context.deadline)
      if !isAsync, memory["is-member"] != nil, memory["acknowledges"] != nil, values.isAcknowledging {
        return
      }
      let dialect = Dialect(connection.version)
      let primary = context.cluster.state()?.primary(
        of: context.invocation.instance, otherThan: context.cluster.node)
      guard
        try SemiSyncReplica(context: context, connection: connection).settle(
          following: primary, seeing: values, &memory)
      else { return }
      context.log(
        .info,
        "receives anew, to \(!isAsync && memory["acknowledges"] == nil ? "acknowledge nothing" : "acknowledge commits")"
      )
      try connection.query(dialect.stopReceiver, until: context.deadline)
      try connection.query(dialect.startReceiver, until: context.deadline)
    } catch {
      context.log(.warning, "cannot acknowledge commits yet: \(error.reason)")
    }
  }
}
