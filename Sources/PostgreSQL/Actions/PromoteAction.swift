internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import Replication
internal import ReplicationActions

/// Makes a standby the primary. Afterwards it accepts writes.
struct PromoteAction {
  let context: Context

  func run() throws(OCFError) -> Outcome {
    let pgdata = context.instance.pgdata
    let rejoin = context.rejoin
    if rejoin.forbidsStart {
      throw OCFError(
        .genericError,
        "\(pgdata): cannot be promoted: it is being brought back: \(rejoin.state?.progress ?? "begins")")
    }
    let facts = context.observer.observe(expected: .unpromoted, until: context.deadline)
    let decision = promoteRules.decide(facts)
    switch decision.verdict {
    case .refuse(let code):
      throw OCFError(
        code, "\(pgdata): cannot be promoted: \(decision.because) (\(facts.evidence.joined(separator: "; ")))"
      )
    case .nothing: break
    case .promote:
      try WALElector(context: context, facts: facts).confirm()
      // Before the first write: none is acknowledged of which the promise is not true.
      do throws(Unknown) {
        try context.durability(facts).begin()
      } catch {
        throw OCFError(.genericError, "\(pgdata): promotion refused: durability: \(error.reason)")
      }
      do throws(ConnectionError) {
        try promote(facts)
      } catch {
        context.noteFailedPromotion(error.reason) {
          context.observer.observeProcesses().postmaster == .absent
        }
        throw OCFError(.genericError, "\(pgdata): promotion: \(error.reason)")
      }
    }
    var memory = context.run.memory
    memory.failedAsPrimary = false
    memory.hasFailed = false
    memory["state"] = "primary"
    context.notePromotion(&memory)
    context.lateStart.forget(&memory)
    memory["promotion-failed"] = nil
    memory.forgetRefusal()
    let publisher = Publisher(context)
    publisher.publish(score: PromotionScore(ScoreLevel.primary), in: &memory)
    context.save(memory)
    HeldMarker(instance: context.invocation.instance).remove()
    return Outcome(.success, "\(pgdata): is the primary\(prepared(facts))", rule: decision.rule)
  }

  private func promote(_ facts: InstanceFacts) throws(ConnectionError) {
    let connection = try LocalServer(instance: context.instance, pidFile: facts.pidFile).connect(
      until: context.deadline)
    // Without waiting: the server would wait for a time of its own, and in steps of 100 ms.
    guard
      try connection.query("SELECT pg_promote(false) AS done", until: context.deadline).first?["done"] == "t"
    else { throw .unreachable("pg_promote() could not signal the postmaster") }
    while !context.deadline.isPast {
      let row = try connection.query("SELECT pg_is_in_recovery() AS recovery", until: context.deadline).first
      if row?["recovery"] == "f" { return }
      pause(.milliseconds(5), until: context.deadline)
    }
    throw .unreachable(
      "the server is still in recovery after \(context.invocation.timeout.brief): it replays what it received first; needs a longer promote timeout"
    )
  }

  /// Prepared transactions hold locks until somebody ends them, and no monitor of the application's may know of them
  /// on this node.
  private func prepared(_ before: InstanceFacts) -> String {
    let facts = context.observer.observe(expected: .promoted, asksControl: false, until: context.deadline)
    guard let answer = facts.answer, answer.preparedTransactions > 0 else { return "" }
    let age = answer.oldestPrepared.map { ", the oldest \($0.brief) old" } ?? ""
    return
      "; \(answer.preparedTransactions) prepared transactions wait for COMMIT PREPARED or ROLLBACK PREPARED\(age)"
  }
}
