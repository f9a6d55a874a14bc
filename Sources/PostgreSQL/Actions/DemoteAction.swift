internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import Replication
internal import ReplicationActions

/// Makes a primary a standby. Afterwards a healthy instance runs as a standby; of a crashed one nothing is left.
struct DemoteAction {
  let context: Context

  func run() throws(OCFError) -> Outcome {
    var memory = context.run.memory
    context.withdrawVote()
    let pgdata = context.instance.pgdata
    if context.rejoin.forbidsStart { return Outcome(.success, "\(pgdata): it is being brought back") }
    let facts = context.observer.observe(expected: .promoted, until: context.deadline)
    if facts.answer?.standby != nil { return Outcome(.success, "\(pgdata): it is a standby already") }
    let failed = memory.hasFailed || !facts.hasPostmaster
    let mode = try Shutdown(context: context, share: failed ? 1000 : 600, leavesArchiver: isHandedOver)
      .perform(facts, hasFailed: failed)
    if failed {
      // The cluster stops what failed, next: a crashed primary is a demoted one, and needs no fencing.
      return Outcome(.success, "\(pgdata): nothing of the failed primary is left")
    }
    if context.observer.postmasterProcess() != nil {
      let outcome = Archiving(context: context).begin(&memory)
      context.save(memory)
      return outcome
    }
    let start = StartAction(context: context.withGivenParameters)
    try start.launch(following: start.context.upstream(), context.observer.observeProcesses())
    memory["state"] = nil
    memory.failedAsPrimary = false
    Publisher(context).publish(score: PromotionScore(ScoreLevel.standby), in: &memory)
    context.save(memory)
    return Outcome(.success, "\(pgdata): demoted after \(mode?.rawValue ?? "no") shutdown, runs as a standby")
  }
  /// Another node is promoted in this very transition, for which it need not be a standby at once: the other's commits wait for
  /// nobody, or for those that are standbys already.
  private var isHandedOver: Bool {
    guard let lists = context.invocation.lists, let node = context.cluster.node,
      let successor = lists.promoting.first, successor != node, !lists.stopping.contains(node)
    else { return false }
    let others = Set(lists.unpromoted).subtracting([node, successor]).count
    let durability = context.instance.durability
    if others >= max(1, durability.acknowledgements) { return true }
    return durability.policy == .async && !isSynchronous
  }

  /// Its commits wait for standbys, and the successor's will, for the setting is the same on every node or ought to be.
  private var isSynchronous: Bool {
    do throws(ConnectionError) {
      let facts = context.observer.observeProcesses()
      let connection = try LocalServer(instance: context.instance, pidFile: facts.pidFile).connect(
        until: context.deadline.earlier(.seconds(2)))
      let row = try connection.query(
        "SELECT current_setting('synchronous_standby_names') AS names", until: context.deadline
      ).first
      return row?["names"] != ""
    } catch {
      return true
    }
  }
}
