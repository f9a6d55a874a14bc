internal import CIB
package import Host
package import OCF
package import Replication

/// The start of a crashed primary's server after another node has been promoted. Pacemaker promotes nobody before a start has ended, and
/// recovery may take long: the start action succeeds without a server, and a worker starts it afterwards.
package struct LateStart<Context: RejoiningContext & StorageContext> {
  private let context: Context
  private let environment: [String: String]

  /// - Parameter environment: as Pacemaker gave it, for the worker.
  package init(_ context: Context, environment: [String: String]) {
    self.context = context
    self.environment = environment
  }

  private var field: String { "late-start" }
  private var data: String { context.dataDirectory }
  private var worker: RejoinWorker {
    RejoinWorker(.start, run: context.run, directory: StateDirectory(instance: context.invocation.instance))
  }

  /// What start does: nil if the server is to be started now.
  /// - Parameters:
  ///   - makesRoom: a crash of this instance makes another the primary.
  ///   - policy: what the operator asks of commits.
  package func insteadOfStarting(
    isRunning: Bool, makesRoom: Bool, _ policy: DurabilityPolicy, _ memory: inout Memory
  ) throws(OCFError) -> Outcome? {
    memory[field] = nil
    var facts = LateStartFacts()
    facts.isRunning = isRunning
    facts.makesRoom = makesRoom && memory.failedAsPrimary
    let next = context.invocation.lists?.promoting.first { $0 != context.cluster.node }
    facts.promotesAnother = next != nil
    if facts.makesRoom, facts.promotesAnother {
      let others = context.othersThatStand
      facts.everyOtherStands = others != nil
      facts.isPromiseCovered = others.map { isPromiseCovered(by: $0, policy) } ?? false
    }
    let decision = lateStartRules.decide(facts)
    guard decision.verdict == .later, let next else { return nil }
    memory[field] = String(secondsSinceBoot())
    memory.hasFailed = false
    let score = memory.published("score")
    memory.forgetPublished()
    memory.notePublished("score", score)
    Publisher(context).withdrawScore(in: &memory)
    memory["state"] = nil
    try context.keep(startParameters: context.startParameters)
    context.save(memory)
    return Outcome(
      .success, "\(data): its server is started once \(next) is promoted", rule: decision.rule)
  }

  private func isPromiseCovered(by others: Set<String>, _ policy: DurabilityPolicy) -> Bool {
    if policy == .async { return true }
    guard let option = DurabilityOption(context) else { return false }
    do throws(Unknown) {
      return try option.read().map { $0.isCovered(by: others) } ?? true
    } catch {
      context.log(.warning, "a promise that cannot be read may need this node: \(error.reason)")
      return false
    }
  }

  /// Its server is started later.
  package func isPending(_ memory: Memory) -> Bool { memory[field] != nil }

  /// Another node was promoted: the server is started, by a worker.
  private func begin(_ memory: inout Memory) -> Bool {
    do throws(HostError) {
      try worker.launch(
        environment: environment, until: context.deadline)
    } catch {
      // The monitor finds no server then, and has the cluster start it.
      memory[field] = nil
      context.log(.warning, "\(data): the server cannot be started by a worker: \(error.reason)")
    }
    return isPending(memory)
  }

  /// The monitor's answer while there is no server for that reason; nil where there is one, or should be.
  package func insteadOfServer(_ memory: inout Memory) -> Outcome? {
    guard !context.invocation.isProbe, let since = memory.since(field) else { return nil }
    if worker.isAlive { return starting(&memory) }
    // A promotion that did not come about must not keep the node down.
    let waited = secondsSinceBoot() - since
    guard context.hasOtherPrimary || !(0..<15).contains(waited) else {
      return Outcome(.degraded, "\(data): its server is started once another node is promoted")
    }
    context.letTransitionEnd()
    return begin(&memory) ? starting(&memory) : nil
  }

  private func starting(_ memory: inout Memory) -> Outcome {
    Publisher(context).publish([("state", "starting")], in: &memory)
    return Outcome(.degraded, "\(data): its server is being started")
  }

  /// As the worker: what start would have done.
  /// - Parameter look: what a monitor does: the next is seconds away.
  package func work(_ log: Log, start: () throws(OCFError) -> Outcome, look: () throws(OCFError) -> Outcome) {
    do throws(HostError) {
      guard let lock = try worker.lock() else { return }
      withExtendedLifetime(lock) {
        _ = AgentProgram.log(.start, to: log, start)
        // Whatever came of it, the monitor looks at the server from now on.
        var memory = context.run.memory
        memory[field] = nil
        context.save(memory)
      }
      _ = AgentProgram.log(.monitor, to: log, look)
    } catch {
      log(.error, "\(data): start: \(error.reason)")
    }
  }

  /// Ends the worker with all that it started but the server.
  package func end(_ memory: inout Memory) throws(OCFError) {
    memory[field] = nil
    do throws(HostError) {
      try worker.end(until: context.deadline)
    } catch {
      throw OCFError(.genericError, error.reason)
    }
  }
}

extension ActionContext {
  /// The other nodes of the cluster, if each of them runs an instance, or will by the time of the promotion, that can be promoted; else nil.
  var othersThatStand: Set<String>? {
    guard let lists = invocation.lists, let state = cluster.state() else { return nil }
    let others = state.nodes.filter { $0.kind == .member && $0.name != cluster.node }.map(\.name)
    for node in others {
      guard lists.activeAtPromotion.contains(node),
        let score = state.promotionScore(of: invocation.instance, on: node), score.rawValue > 0
      else { return nil }
    }
    return Set(others)
  }
}
