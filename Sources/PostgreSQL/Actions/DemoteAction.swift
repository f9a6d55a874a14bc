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
    let mode = try Shutdown(context: context, share: failed ? 1000 : 600).perform(facts, hasFailed: failed)
    if failed {
      // The cluster stops what failed, next: a crashed primary is a demoted one, and needs no fencing.
      return Outcome(.success, "\(pgdata): nothing of the failed primary is left")
    }
    let start = StartAction(context: context.withGivenParameters)
    try start.launch(following: start.context.upstream(), context.observer.observeProcesses())
    memory["state"] = nil
    memory.failedAsPrimary = false
    Publisher(context).publish(score: PromotionScore(ScoreLevel.standby), in: &memory)
    context.save(memory)
    return Outcome(.success, "\(pgdata): demoted after \(mode?.rawValue ?? "no") shutdown, runs as a standby")
  }
}
