internal import Host
internal import OCF
internal import MySQLRules
internal import ReplicationActions

/// Ends the instance. Success means that none of its processes is left.
struct StopAction {
  let context: Context

  func run() throws(OCFError) -> Outcome {
    var memory = context.run.memory
    try context.rejoin.end()
    context.lateStart.forget(&memory)
    context.forgetPromotion(&memory)
    try CopyDonor(context: context).end()
    let facts = context.observer.observeProcesses()
    let mode = try Shutdown(context: context).perform(facts, hasFailed: memory.hasFailed)
    // After the server's end, for it is the outage; before the answer, for a stopped instance is no candidate, and
    // readers must not be sent to it.
    let publisher = Publisher(context)
    publisher.withdrawScore(in: &memory)
    publisher.publish([("readable", ""), ("state", "stopped"), ("rejoin", "")], in: &memory)
    context.withdrawVote()
    memory.hasFailed = false
    for field in ["state", "source", "replicated", "receiver-stopped"] { memory[field] = nil }
    context.save(memory)
    context.run.forgetStart()
    guard let mode else { return Outcome(.success, "\(context.instance.datadir): nothing of it was running") }
    return Outcome(.success, "\(context.instance.datadir): stopped, \(mode.rawValue)")
  }
}
