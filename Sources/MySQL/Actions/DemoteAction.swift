internal import CIB
internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// Makes a primary read-only. Afterwards a healthy instance runs and accepts no writes; of a crashed one nothing is left.
struct DemoteAction {
  let context: Context

  func run() throws(OCFError) -> Outcome {
    var memory = context.run.memory
    context.withdrawVote()
    try CopyDonor(context: context).end()
    let datadir = context.instance.datadir
    if context.rejoin.forbidsStart { return Outcome(.success, "\(datadir): it is being brought back") }
    let facts = context.observer.observe(expected: .promoted, until: context.deadline)
    if facts.answer?.isSuperReadOnly ?? false {
      return Outcome(.success, "\(datadir): it is read-only already")
    }
    if memory.hasFailed || !facts.hasProcess || facts.answer == nil {
      _ = try Shutdown(context: context).perform(facts, hasFailed: memory.hasFailed || !facts.hasProcess)
      if !memory.hasFailed, facts.hasProcess { return try restart() }
      // The cluster stops what failed, next: a crashed primary is a demoted one, and needs no fencing.
      return Outcome(.success, "\(datadir): nothing of the failed primary is left")
    }
    var how = "read-only"
    do throws(ConnectionError) {
      how = try demote(facts.answer?.port ?? 3306, &memory)
    } catch {
      context.log(.error, "\(datadir): cannot be made read-only, so that it is ended: \(error.reason)")
      _ = try Shutdown(context: context).perform(facts, hasFailed: false)
      return try restart()
    }
    memory["state"] = nil
    memory["closed"] = "1"
    memory["acknowledges"] = nil
    memory["is-member"] = nil
    memory.verified = nil
    memory.failedAsPrimary = false
    Publisher(context).publish(score: PromotionScore(ScoreLevel.standby), in: &memory)
    context.save(memory)
    return Outcome(.success, "\(datadir): demoted, \(how)")
  }

  /// A server that cannot be asked cannot be demoted but by its end: it comes up again read-only.
  private func restart() throws(OCFError) -> Outcome {
    _ = try StartAction(context: context).run()
    return Outcome(.success, "\(context.instance.datadir): demoted by a restart, read-only")
  }

  private func demote(_ port: Int, _ memory: inout Memory) throws(ConnectionError) -> String {
    let connection = try context.connect()
    let barrier = WriteBarrier(context: context, connection: connection)
    let total = context.deadline.remaining
    let leavesUntold = try barrier.forbidWrites(until: context.deadline.earlier(total / 2))
    let successors = successors
    let missing = try barrier.waitForReplicas(
      successors, port: port, until: context.deadline.earlier(min(total / 4, .seconds(10))))
    guard missing.isEmpty else {
      // Left open to replicas: they still need something from it.
      try barrier.endSessions(until: context.deadline)
      try switchOff(connection, &memory)
      // Waiting for what nobody was told of would be an outage for nothing, if who acknowledged the rest is heard.
      memory["surplus"] = leavesUntold ? "1" : nil
      context.log(
        .warning,
        "\(missing.joined(separator: ", ")): has not everything yet; this server stays open so that it can get the rest"
      )
      return "read-only"
    }
    try barrier.close(until: context.deadline)
    try switchOff(connection, &memory)
    let who =
      successors.isEmpty
      ? "no replica to wait for" : "\(successors.map(\.node).joined(separator: " ")): has everything"
    return "read-only, closed to applications; \(who)"
  }

  private func switchOff(_ connection: Connection, _ memory: inout Memory) throws(ConnectionError) {
    if try connection.setSemiSyncSource(false, until: context.deadline) { context.noteSemiSync(&memory) }
  }

  /// Who is to have everything: the node that is promoted next; where nobody knows who that is, all that are active.
  private var successors: [Upstream] {
    guard let lists = context.invocation.lists, let state = context.cluster.state() else { return [] }
    let own = context.cluster.node
    let promoting = lists.promoting.filter { $0 != own }
    let nodes =
      promoting.isEmpty ? lists.unpromoted.filter { $0 != own && !lists.stopping.contains($0) } : promoting
    return nodes.filter { state.availability(of: $0) == .online }.map {
      state.upstream($0, for: context.invocation.instance)
    }
  }
}
