internal import CIB
internal import Host
package import OCF
internal import Replication

/// What the actions of an agent that brings nodes back have at hand.
package protocol RejoiningContext: ActionContext {
  /// What goes on.
  var rejoin: RejoinWatch<Self> { get }
  /// Where the instance's data is, for messages.
  var dataDirectory: String { get }
  /// How an operator makes a copy, for messages: "by pg_basebackup".
  var copyByHand: String { get }
  /// The parameters as they were given, to be kept at start.
  var startParameters: [String: String] { get }
}

/// What the actions answer while an instance is being brought back, or has to be.
package struct RejoinMonitor<Context: RejoiningContext> {
  private let context: Context

  /// For one action.
  package init(context: Context) { self.context = context }

  private var data: String { context.dataDirectory }

  /// The monitor's answer while a worker is at it, whatever the server does meanwhile; nil if there is none.
  package func beforeLooking(_ memory: inout Memory) -> Outcome? {
    let watch = context.rejoin
    if watch.isWorkerAlive {
      context.noticeNewAttributeDaemon(&memory)
      return rejoining(watch, watch.pursue(isDiverged: true, hasPrimary: true), &memory)
    }
    guard watch.isAbandoned, !context.invocation.isProbe, context.expectedRole != .promoted else {
      return nil
    }
    let decision = watch.pursue(isDiverged: false, hasPrimary: context.hasOtherPrimary)
    switch decision.verdict {
    case .nothing: return nil
    case .watch, .launch: return rejoining(watch, decision, &memory)
    case .wait, .hold:
      // Without a server, but nothing that a restart could mend.
      guard watch.forbidsStart else { return nil }
      let words = watch.words(decision)
      watch.tell("rejoin-failed", progress: words, in: &memory)
      return Outcome(
        .degraded,
        "\(data): its data is half changed, \(words); needs the cause mended, then crm_resource --restart, or a new copy \(context.copyByHand)",
        rule: decision.rule)
    }
  }

  /// For an instance that was found to have diverged: its answer if it is brought back; else nil, and what it waits for.
  /// - Parameter note: that, for an attribute. Pacemaker hears of a new reason only with a new exit code.
  package func afterLooking(_ health: inout HealthFinding, _ memory: inout Memory, note: inout String)
    -> Outcome?
  {
    let watch = context.rejoin
    guard health.decision.verdict.state == "diverged" else {
      if ["streaming", "replicating", "closed", "primary"].contains(health.decision.verdict.state) {
        watch.forget()
      }
      return nil
    }
    guard !context.invocation.isProbe else { return nil }
    let decision = watch.pursue(isDiverged: true, hasPrimary: context.hasOtherPrimary)
    switch decision.verdict {
    case .watch, .launch: return rejoining(watch, decision, &memory)
    case .nothing: return nil
    case .wait, .hold:
      note = watch.words(decision)
      health.reason += "; " + note
      if decision.verdict == .hold {
        health.reason += "; needs rejoin=rewind or reclone, or a new copy \(context.copyByHand)"
      }
      return nil
    }
  }

  /// What start does with data that no server may be given. It succeeds once the worker is at it: a start that waited for a
  /// copy of a large database would not end in time, and one that failed would keep the node from coming back at all. The
  /// monitor shows how far it is. Nil if the server may be started.
  package func insteadOfStarting() throws(OCFError) -> Outcome? {
    context.rejoin.forgetFailures()
    guard context.rejoin.forbidsStart else { return nil }
    var memory = context.run.memory
    memory.forgetPublished()
    memory.hasFailed = false
    let watch = context.rejoin
    let decision = watch.pursue(isDiverged: false, hasPrimary: context.hasOtherPrimary)
    try context.keep(startParameters: context.startParameters)
    watch.tell("rejoining", progress: watch.shownProgress, in: &memory)
    context.save(memory)
    return Outcome(
      .success, "\(data): its data is half changed, no server is started on it; \(watch.words(decision))",
      rule: decision.rule)
  }

  private func rejoining(
    _ watch: RejoinWatch<Context>, _ decision: Decision<RejoinStep>, _ memory: inout Memory
  ) -> Outcome {
    _ = memory.track("disconnected-since", holds: false, now: 0)
    memory.hasFailed = false
    watch.tell(
      "rejoining", progress: decision.verdict == .launch ? "begins" : watch.shownProgress, in: &memory)
    return Outcome(.degraded, "\(data): \(watch.words(decision))", rule: decision.rule)
  }
}

extension Memory {
  /// For the attribute of that name: what keeps the node from being brought back. What was said of it before is taken away once.
  package func rejoinTrouble(_ trouble: String) -> [(name: String, value: String)] {
    let isStale = trouble.isEmpty && !(published("rejoin") ?? "").isEmpty
    return isStale || !trouble.isEmpty ? [("rejoin", trouble)] : []
  }
}
