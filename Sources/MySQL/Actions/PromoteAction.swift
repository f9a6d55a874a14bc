internal import Host
internal import MySQLFacts
internal import MySQLRules
internal import OCF
internal import Replication
internal import ReplicationActions

/// Makes a replica the primary. Afterwards it accepts writes.
struct PromoteAction {
  let context: Context

  func run() throws(OCFError) -> Outcome {
    let datadir = context.instance.datadir
    let rejoin = context.rejoin
    if rejoin.forbidsStart {
      throw OCFError(
        .genericError,
        "\(datadir): cannot be promoted: it is being brought back: \(rejoin.state?.progress ?? "begins")")
    }
    let facts = context.observer.observe(expected: .unpromoted, until: context.deadline)
    let decision = promoteRules.decide(facts)
    var prepared: [String] = facts.answer?.prepared ?? []
    switch decision.verdict {
    case .refuse(let code):
      throw OCFError(
        code, "\(datadir): cannot be promoted: \(decision.because) (\(evidence(facts)))")
    case .nothing: break
    case .promote:
      try GTIDElector(context: context, facts: facts).confirm()
      do throws(ConnectionError) {
        prepared = try promote()
      } catch {
        context.noteFailedPromotion(error.reason) { context.observer.observeProcesses().process == .absent }
        throw OCFError(.genericError, "\(datadir): promotion: \(error.reason)")
      }
    }
    var memory = context.run.memory
    memory.failedAsPrimary = false
    memory.hasFailed = false
    memory["state"] = "primary"
    context.notePromotion(&memory)
    context.lateStart.forget(&memory)
    memory.verified = nil
    for field in [
      "surplus", "closed", "source", "receiver-stopped", "acknowledges", "is-member", "owed",
      "promotion-failed",
    ] {
      memory[field] = nil
    }
    memory.forgetRefusal()
    let publisher = Publisher(context)
    publisher.publish(score: PromotionScore(ScoreLevel.primary), in: &memory)
    context.save(memory)
    HeldMarker(instance: context.invocation.instance).remove()
    return Outcome(.success, "\(datadir): is the primary\(branches(prepared))", rule: decision.rule)
  }

  /// Receiver stopped, relay log applied, only then writable. Returns the branches that wait for their end.
  private func promote() throws(ConnectionError) -> [String] {
    let connection = try context.connect()
    let dialect = Dialect(connection.version)
    if let why = try ReplicaFollow(context: context, connection: connection).drain() {
      throw .unreachable("\(why); what was received and not applied would be lost")
    }
    let answer = try connection.look(until: context.deadline)
    if let owed = context.run.memory.owed(by: answer) {
      throw .unreachable("it lacks \(owed.short), which it had received, and has not received again")
    }
    if answer.channel != nil {
      try connection.query(dialect.stopReplication, until: context.deadline)
      try connection.query(dialect.forgetSource, until: context.deadline)
    }
    // Before the first write, so that none is acknowledged that no replica has; and not before an applier has ended, whose
    // commits would wait, too.
    do throws(Unknown) {
      try context.durability.begin()
    } catch {
      throw .unreachable("durability: \(error.reason)")
    }
    if context.instance.durability.policy == .async, context.wantsSemiSync {
      try connection.setSemiSyncSource(true, until: context.deadline)
    }
    try connection.query(dialect.allowWrites, until: context.deadline)
    if answer.isOffline { try connection.query("SET GLOBAL offline_mode = OFF", until: context.deadline) }
    let after = try connection.look(until: context.deadline)
    guard !after.isReadOnly else { throw .unreachable("the server is still read-only") }
    return after.prepared
  }

  private func evidence(_ facts: InstanceFacts) -> String {
    guard let answer = facts.answer else { return facts.evidence.joined(separator: "; ") }
    if let stray = facts.strayTransactions { return stray.short }
    if !answer.obstacles.isEmpty { return answer.obstacles.map(\.rawValue).joined(separator: ", ") }
    return answer.channel?.applierFailure?.description ?? "it answers"
  }

  /// Prepared branches hold locks until somebody ends them, and no monitor of the application's may know of them on this
  /// node.
  private func branches(_ names: [String]) -> String {
    if names.isEmpty { return "" }
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    return
      "; \(names.count) XA branches wait for XA COMMIT or XA ROLLBACK: \(names.prefix(5).joined(separator: " "))\(more)"
  }
}
