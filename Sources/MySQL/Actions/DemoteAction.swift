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
    let datadir = context.instance.datadir
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
    let isSemiSync = try barrier.isSemiSync(until: context.deadline)
    try barrier.forbidWrites(until: context.deadline.earlier(total / 2))
    let missing = try barrier.waitForReplicas(
      successors, port: port, until: context.deadline.earlier(min(total / 4, .seconds(10))))
    let wasSemiSync = try connection.setSemiSyncSource(false, until: context.deadline)
    if isSemiSync || wasSemiSync { context.noteSemiSync(&memory) }
    guard missing.isEmpty else {
      // Left open to replicas: they still need something from it.
      try barrier.endSessions(until: context.deadline)
      // What was acknowledged is on a replica, which votes with it. The rest nobody was told of: waiting for it would be an
      // outage for nothing.
      if isSemiSync { memory["surplus"] = "1" }
      let what = isSemiSync ? "all that was acknowledged, but not everything" : "not everything"
      context.log(
        .warning,
        "\(missing.joined(separator: ", ")): has \(what) yet; stays open so that it can get the rest")
      return "read-only"
    }
    try barrier.close(until: context.deadline)
    return "read-only, closed to applications, its replicas have everything"
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
