internal import CIB
internal import Host
internal import MySQLFacts
internal import MySQLRules
internal import OCF
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
      isRunning: context.observer.serverProcess() != nil, of: context.dataDirectory, &memory)
    {
      context.save(memory)
      return outcome
    }
    var facts = context.observer.observe(expected: context.expectedRole, until: context.deadline)
    note(&facts, in: &memory)
    let decision = monitorRules.decide(facts)
    var outcome = Outcome(decision, reason: decision.reason(facts, datadir: context.instance.datadir))
    context.noticeNewAttributeDaemon(&memory)
    if decision.verdict.isRunning {
      memory.hasFailed = false
      outcome = report(facts, outcome, &memory)
      if case .running(let pid) = facts.process, outcome.code.isRunning {
        context.postSentinel(by: pid, isPrimary: outcome.code.isPromoted, environment: context.given)
      }
    } else if !context.invocation.isProbe {
      failed(facts, decision, &memory)
    }
    if memory != before || context.invocation.isProbe { context.save(memory) }
    return outcome
  }

  private func startLate() -> Outcome? {
    context.lateStart.insteadOfServer(isRunning: context.observer.serverProcess() != nil) {
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
    guard case .notReady = facts.connection, case .running(let pid) = facts.process else {
      memory["recovery"] = nil
      memory["recovery-since"] = nil
      return
    }
    // A server that recovers uses the processor or the disk: processor time in tenths of a second.
    let token = "\(pid) \(ProcessStatus.processorTime(of: pid).map { $0.wholeMilliseconds / 100 } ?? 0)"
    if memory["recovery"] != token {
      memory["recovery"] = token
      memory["recovery-since"] = String(now)
    } else if memory.track("recovery-since", holds: true, now: now) >= limit {
      facts.isStuck = true
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
      .error, "\(decision.reason(facts, datadir: context.instance.datadir)) | rule=\(decision.rule)")
  }

  private func report(_ facts: InstanceFacts, _ outcome: Outcome, _ memory: inout Memory) -> Outcome {
    guard context.cluster.node != nil else { return outcome }
    let durability = promise(facts, outcome.code, &memory)
    sendCopy(facts, outcome.code)
    let storage = context.storage.look(isSuspicious: facts.answer == nil, &memory)
    var health = HealthObserver(context).observe(facts, code: outcome.code, durability, storage, &memory)
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
    return context.tell(health, of: context.instance.datadir, after: outcome, &memory) { memory in
      let acknowledges = facts.answer.map(\.isReadOnly) ?? false ? memory["acknowledges"] ?? "" : ""
      return StateAttributes.of(facts.answer, health.decision.verdict, &memory, context.instance.values)
        + memory.rejoinTrouble(trouble)
        + [
          ("storage", storage.evidence), ("connections", facts.isFull ? "full" : ""),
          ("durability", durability.record?.description ?? ""),
          ("acknowledges", acknowledges),
        ]
        + memory.refusedSwitchover()
    }
  }

  /// Other nodes ask the primary for a copy where they have no other way to one.
  private func sendCopy(_ facts: InstanceFacts, _ code: ExitCode) {
    guard code == .runningPromoted, context.instance.rejoinPolicy == .reclone,
      facts.answer?.version.family == .mariadb
    else { return }
    CopyDonor(context: context).look()
  }

  /// A primary's commits and what is promised of them; a replica's part in it.
  private func promise(_ facts: InstanceFacts, _ code: ExitCode, _ memory: inout Memory) -> DurabilityFinding
  {
    guard let answer = facts.answer else { return DurabilityFinding() }
    if answer.isReadOnly { SemiSyncReplica.join(context, answer, &memory) }
    return code == .runningPromoted ? context.durability.keep(&memory) : DurabilityFinding()
  }
}
