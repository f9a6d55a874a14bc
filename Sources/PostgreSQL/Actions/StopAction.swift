internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import ReplicationActions

/// Ends the instance. Success means that not one of its processes is left.
struct StopAction {
  let context: Context

  func run() throws(OCFError) -> Outcome {
    var memory = context.run.memory
    try context.rejoin.end()
    context.lateStart.forget(&memory)
    context.forgetPromotion(&memory)
    let facts = context.observer.observeProcesses()
    let mode = try Shutdown(context: context).perform(facts, hasFailed: memory.hasFailed)
    // After the server's end, for it is the outage; before the answer, for a stopped instance is no candidate, and
    // readers must not be sent to it.
    let publisher = Publisher(context)
    publisher.withdrawScore(in: &memory)
    publisher.publish([("readable", ""), ("state", "stopped"), ("rejoin", "")], in: &memory)
    context.withdrawVote()
    memory.hasFailed = false
    memory["state"] = nil
    Archiving.forget(&memory)
    context.save(memory)
    context.run.forgetStart()
    guard let mode else { return Outcome(.success, "\(context.instance.pgdata): nothing of it was running") }
    return Outcome(.success, "\(context.instance.pgdata): stopped, \(mode.rawValue)")
  }
}
