internal import CIB
internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import Replication
internal import ReplicationActions

/// Looks, answers, and tells the cluster what changed.
struct MonitorAction {
  let context: Context
  /// The cluster is told of a failure first, see `makeRoom`.
  var isSentinel = false

  func run() -> Outcome {
    var before = context.run.memory
    if context.lateStart.isPending(before) {
      if let outcome = startLate() { return outcome }
      before = context.run.memory
    }
    var memory = before
    if !isSentinel { context.letPromotionEnd(&memory) }
    if let outcome = RejoinMonitor(context: context).beforeLooking(&memory) {
      if memory != before || context.invocation.isProbe { context.save(memory) }
      return outcome
    }
    if let outcome = context.insteadOfServer(
      isRunning: context.observer.observeProcesses().postmaster != .absent, of: context.dataDirectory,
      &memory)
    {
      context.save(memory)
      return outcome
    }
    if let outcome = Archiving(context: context).watch(&memory) {
      if memory != before { context.save(memory) }
      return outcome
    }
    let expected = context.expectedRole
    var facts = context.observer.observe(expected: expected, until: context.deadline)
    note(&facts, in: &memory)
    let decision = monitorRules.decide(facts)
    var outcome = Outcome(decision, reason: decision.reason(facts, pgdata: context.instance.pgdata))
    context.noticeNewAttributeDaemon(&memory)
    if decision.verdict.isRunning {
      memory.hasFailed = false
      outcome = report(facts, outcome, &memory)
      if case .running(let pid) = facts.postmaster, outcome.code.isRunning {
        context.postSentinel(by: pid, isPrimary: outcome.code.isPromoted, environment: context.given)
      }
    } else if !context.invocation.isProbe {
      failed(facts, decision, &memory)
    }
    if memory != before || context.invocation.isProbe { context.save(memory) }
    return outcome
  }

  private func startLate() -> Outcome? {
    context.lateStart.insteadOfServer(isRunning: context.observer.observeProcesses().postmaster != .absent) {
      () throws(OCFError) in
      let limit = context.deadline.earlier(.seconds(5))
      _ = try StartAction(context: context.with(deadline: limit), occasion: .late).run()
    }
  }

  /// Turns what the last monitors remember into facts.
  private func note(_ facts: inout InstanceFacts, in memory: inout Memory) {
    let now = secondsSinceBoot()
    let limit = context.instance.values.duration(Declarations.frozenTimeout) ?? .seconds(30)
    var isSilent = false
    if case .noAnswer = facts.connection { isSilent = true }
    facts.isSilentTooLong = memory.track("silent-since", holds: isSilent, now: now) >= limit && isSilent
    guard case .notReady = facts.connection, case .running(let pid) = facts.postmaster else {
      memory["recovery"] = nil
      memory["recovery-since"] = nil
      return
    }
    let token = RecoveryProgress.token(postmaster: pid, control: facts.control)
    if memory["recovery"] != token {
      memory["recovery"] = token
      memory["recovery-since"] = String(now)
      facts.progress = .advancing
    } else if memory.track("recovery-since", holds: true, now: now) >= limit {
      facts.progress = .stuck
    }
  }

  /// Lets the cluster choose another node at once: with its old score a failed primary would be promoted again.
  private func failed(_ facts: InstanceFacts, _ decision: Decision<ExitCode>, _ memory: inout Memory) {
    memory.hasFailed = true
    if facts.expected == .promoted || decision.verdict == .failedPromoted {
      memory.failedAsPrimary = true
      if facts.onCrash == .failover, !isSentinel { Publisher(context).withdrawScore(in: &memory) }
    }
    context.log(
      .error, "\(decision.reason(facts, pgdata: context.instance.pgdata)) | rule=\(decision.rule)")
  }

  private func report(_ facts: InstanceFacts, _ outcome: Outcome, _ memory: inout Memory) -> Outcome {
    guard context.cluster.node != nil else { return outcome }
    let durability = promise(facts, &memory)
    let storage = context.storage.look(isSuspicious: facts.answer == nil, &memory)
    var health = HealthObserver(context).observe(facts, code: outcome.code, durability, storage, &memory)
    warnOfRestarts(facts, &memory)
    let slots = context.invocation.isProbe ? "" : SlotKeeper(context, facts).tend(&memory)
    if storage.condition != .sound { health.reason += " (\(storage.evidence))" }
    if let outcome = context.failOver(
      outcome.code.isPromoted, storage, of: context.dataDirectory, &memory)
    {
      return outcome
    }
    if let outcome = context.failOver(
      outcome.code.isPromoted, isFull: facts.isFull, of: context.dataDirectory, &memory)
    {
      return outcome
    }
    var trouble = ""
    if let outcome = RejoinMonitor(context: context).afterLooking(&health, &memory, note: &trouble) {
      return outcome
    }
    return context.tell(health, of: context.instance.pgdata, after: outcome, &memory) { memory in
      return StateAttributes.of(facts.answer, health.decision.verdict, &memory, context.instance.values)
        + memory.rejoinTrouble(trouble)
        + [
          ("storage", storage.evidence), ("connections", facts.isFull ? "full" : ""),
          ("durability", durability.record?.description ?? ""),
          ("slots", slots),
        ]
        + memory.refusedSwitchover()
    }
  }

  /// A primary's commits and what is promised of them.
  private func promise(_ facts: InstanceFacts, _ memory: inout Memory) -> DurabilityFinding {
    guard facts.answer != nil, facts.answer?.standby == nil else { return DurabilityFinding() }
    return context.durability(facts).keep(&memory)
  }

  /// A server that was started by hand and adopted does not have what the agent's start sets: said once.
  private func warnOfRestarts(_ facts: InstanceFacts, _ memory: inout Memory) {
    let restarts = facts.answer?.standby == nil && facts.answer?.restartsAfterCrash == true
    let contradicts = restarts && facts.onCrash == .failover
    if contradicts, memory["warned-of-restarts"] == nil {
      context.log(
        .warning,
        "\(context.instance.pgdata): on_crash is failover, but the server has restart_after_crash = on, because it was not started by the agent; a crashed backend will be recovered in place"
      )
    }
    memory["warned-of-restarts"] = contradicts ? "1" : nil
  }
}

/// Whether a recovering server moves, seen from outside.
enum RecoveryProgress {
  /// Something that changes while recovery advances: the segment that the startup process names in its title, the
  /// seconds of processor time that it used, and the places in `pg_control`. During crash recovery `pg_control` alone
  /// does not move.
  static func token(postmaster: Int32, control: ControlData?) -> String {
    var parts: [String] = []
    for (child, title) in Processes.titles(ofChildrenOf: postmaster) where title.contains("startup") {
      let words = title.split(whereSeparator: { $0 == " " || $0 == "\0" })
      parts.append(String(words.last ?? ""))
      if let time = ProcessStatus.processorTime(of: child) { parts.append(String(time.components.seconds)) }
    }
    if let control { parts.append("\(control.checkpoint) \(control.minimumRecovery?.description ?? "-")") }
    return parts.joined(separator: " ")
  }
}
