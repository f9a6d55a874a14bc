internal import Host
package import OCF
package import Replication

/// What an action sees and does of a rejoin: it never works on the data itself, it launches and ends the worker.
package struct RejoinWatch<Context: ActionContext> {
  /// What is kept; nil when there is nothing to come back from.
  package let state: RejoinState?
  /// A worker is at it.
  package let isWorkerAlive: Bool

  private let context: Context
  private let policy: RejoinPolicy
  private let environment: [String: String]
  private let directory: StateDirectory
  private let worker: RejoinWorker

  /// - Parameter environment: as Pacemaker gave it, for the worker.
  package init(_ context: Context, policy: RejoinPolicy, environment: [String: String]) {
    self.context = context
    self.policy = policy
    self.environment = environment
    directory = StateDirectory(instance: context.invocation.instance)
    worker = RejoinWorker(run: context.run, directory: directory)
    state = RejoinStateFile(directory).state
    isWorkerAlive = worker.isAlive
  }

  /// The data directory must not be given to a server: it is half changed, or somebody is at it.
  package var forbidsStart: Bool {
    isWorkerAlive || state?.phase == .halfDone || state?.phase == .exchanging
  }

  /// A worker that had taken the server down, or the data apart, is not there any more.
  package var isAbandoned: Bool {
    guard !isWorkerAlive, let state else { return false }
    return state.phase != .untouched
  }

  /// Decides, and launches the worker if that is what follows.
  /// - Parameters:
  ///   - isDiverged: as the histories say.
  ///   - hasPrimary: the cluster has a primary on another node.
  package func pursue(isDiverged: Bool, hasPrimary: Bool) -> Decision<RejoinStep> {
    var facts = RejoinFacts(policy: policy)
    facts.isWorkerAlive = isWorkerAlive
    facts.isDiverged = isDiverged
    facts.isHalfDone = state?.phase == .halfDone || state?.phase == .exchanging
    facts.isLeftDown = state?.phase == .down || state?.phase == .whole
    facts.hasPrimary = hasPrimary
    facts.failures = state?.attempts ?? 0
    facts.isHopeless = state?.isHopeless ?? false
    // A clock that was set back makes no wait longer.
    facts.sinceFailure = state?.failedAt.map { .seconds(max(0, secondsSinceEpoch() - $0)) }
    let decision = rejoinRules.decide(facts)
    guard decision.verdict == .launch else { return decision }
    do throws(HostError) {
      try worker.launch(environment: environment, until: context.deadline)
      return decision
    } catch {
      context.log(.error, "the rejoin worker could not be launched: \(error.reason)")
      return Decision(rule: decision.rule, verdict: .wait, because: error.reason)
    }
  }

  /// What is being done, or why nothing is, in words for the operator.
  package func words(_ decision: Decision<RejoinStep>) -> String {
    switch decision.verdict {
    case .nothing: return decision.because
    case .launch: return "rejoining: begins"
    case .watch:
      let progress = state?.progress ?? ""
      return "rejoining: \(progress.isEmpty ? "begins" : progress)"
    case .wait, .hold:
      guard let state, !state.failure.isEmpty else { return decision.because }
      let failed = state.failedAt.map { " at \(timeText($0, .iso))" } ?? ""
      return "\(decision.because): failed\(failed): \(state.failure)"
    }
  }

  /// Ends the worker with all that it started.
  package func end() throws(OCFError) {
    do throws(HostError) {
      try worker.end(until: context.deadline)
    } catch {
      throw OCFError(.genericError, error.reason)
    }
  }

  /// An operator, or the cluster, begins anew: what failed before does not count.
  package func forgetFailures() {
    guard var state, !isWorkerAlive else { return }
    state.attempts = 0
    state.rewindFailure = nil
    state.failedAt = nil
    state.failure = ""
    state.isHopeless = false
    do throws(HostError) {
      try RejoinStateFile(directory).save(state)
    } catch {
      context.log(.warning, error.reason)
    }
  }

  /// The instance streams, or is the primary: whoever brought that about.
  package func forget() {
    if state != nil, !isWorkerAlive { try? RejoinStateFile(directory).clear() }
  }

  /// Tells the cluster that the instance is no candidate and nothing to read from, and what goes on.
  package func tell(_ word: String, progress: String, in memory: inout Memory) {
    let publisher = Publisher(context)
    publisher.publish(score: .minusInfinity, in: &memory)
    publisher.publish([("readable", "0"), ("state", word), ("rejoin", progress)], in: &memory)
    if context.invocation.isProbe { publisher.refresh() }
    if memory["state"] != word { context.log(.info, "\(word): \(progress)") }
    memory["state"] = word
  }

  /// For the cluster, in steps of ten: each change of an attribute is a write to the CIB on every node.
  package var shownProgress: String {
    guard let state else { return "begins" }
    return state.percent.map { "\(state.step) \($0 / 10 * 10) %" } ?? state.step
  }
}
