internal import CIB
internal import Host
package import OCF
internal import Replication

/// What a server is started for.
package enum StartOccasion {
  /// Pacemaker's start action.
  case action
  /// Another node has been promoted, or will not be.
  case late
  /// An election has to know what it has: nothing of that may be taken away.
  case election
}

/// The start of a crashed primary's server after another node has been promoted. Pacemaker promotes nobody before a start has ended, and
/// recovery may take long: the start action succeeds without a server, and a monitor starts it afterwards.
package struct LateStart<Context: RejoiningContext & StorageContext> {
  private let context: Context

  /// For one action.
  package init(_ context: Context) { self.context = context }

  private var field: String { "late-start" }
  private var data: String { context.dataDirectory }

  /// The server is still to be started.
  package func isPending(_ memory: Memory) -> Bool { memory[field] != nil }

  /// In start, stop and promote, which decide anew.
  package func forget(_ memory: inout Memory) { memory[field] = nil }

  /// What start does: nil if the server is to be started now.
  /// - Parameters:
  ///   - makesRoom: a crash of this instance makes another the primary.
  ///   - durability: what the operator asks of commits.
  package func insteadOfStarting(
    isRunning: Bool, makesRoom: Bool, _ durability: DurabilityWish, _ memory: inout Memory
  ) throws(OCFError) -> Outcome? {
    forget(&memory)
    var facts = LateStartFacts()
    facts.isRunning = isRunning
    facts.makesRoom = makesRoom && memory.failedAsPrimary
    let next = context.invocation.lists?.promoting.first { $0 != context.cluster.node }
    facts.promotesAnother = next != nil
    if facts.makesRoom, facts.promotesAnother, let state = context.cluster.state() {
      let others = context.othersThatStand(state)
      facts.everyOtherStands = others != nil
      facts.isPromiseCovered = others.map { isPromiseCovered(by: $0, durability.policy, state) } ?? false
      // One of the others is the new primary.
      facts.isNeededToAcknowledge =
        durability.policy != .async && (others?.count ?? 0) - 1 < durability.acknowledgements
      facts.isMonitored = state.resource(context.invocation.instance)?.isMonitoredUnpromoted ?? false
    }
    let decision = lateStartRules.decide(facts)
    guard decision.verdict == .later, let next else { return nil }
    memory[field] = String(secondsSinceBoot())
    memory.hasFailed = false
    memory["state"] = nil
    let score = memory.published("score")
    memory.forgetPublished()
    memory.notePublished("score", score)
    Publisher(context).withdrawScore(in: &memory)
    try context.keep(startParameters: context.startParameters)
    context.save(memory)
    return Outcome(
      .success, "\(data): its server is started once \(next) is promoted", rule: decision.rule)
  }

  private func isPromiseCovered(
    by others: Set<String>, _ policy: DurabilityPolicy, _ state: ClusterState
  ) -> Bool {
    if policy == .async { return true }
    guard let option = DurabilityOption(context) else { return false }
    do throws(Unknown) {
      return try option.read(state).map { $0.isCovered(by: others) } ?? true
    } catch {
      context.log(.warning, "a promise that cannot be read may need this node: \(error.reason)")
      return false
    }
  }

  /// In the pre-promote notification. Afterwards the server has been started, or every other node has told its position, and true
  /// is returned: what this one has may be the only copy of a commit that one who does not answer had acknowledged.
  /// - Parameter start: starts the server now.
  package func beforePromotion(
    within limit: Duration, start: () throws(OCFError) -> Void
  ) -> Bool {
    guard isPending(context.run.memory), let tools = context.cluster.tools else { return false }
    if let others = context.cluster.state().flatMap({ context.othersThatStand($0) }) {
      context.tellLate(tools)
      if context.waitForVotes(of: others.sorted(), tools, until: context.deadline.earlier(limit)) {
        return true
      }
    }
    context.log(
      .warning, "\(data): not every other node tells its position: the server is started for what it has")
    run(start)
    return false
  }

  /// The monitor's answer while there is to be no server; nil where there is one, or should be.
  /// - Parameters:
  ///   - isRunning: a process of the instance is there.
  ///   - start: starts the server, within a time that a transition can wait.
  package func insteadOfServer(
    isRunning: @autoclosure () -> Bool, start: () throws(OCFError) -> Void
  ) -> Outcome? {
    guard !context.invocation.isProbe, let since = context.run.memory.since(field) else { return nil }
    // Somebody else may have started it, or it was not ready in time: start sees to what is left to do.
    if !isRunning() {
      let waited = secondsSinceBoot() - since
      guard context.hasOtherPrimary || !(0..<60).contains(waited) || !context.mayPromoteAnother else {
        return Outcome(.degraded, "\(data): its server is started once another node is promoted")
      }
      context.letTransitionEnd()
    }
    run(start)
    if !isRunning() {
      // What it says then makes Pacemaker start it.
      var memory = context.run.memory
      forget(&memory)
      context.save(memory)
    }
    return nil
  }

  private func run(_ start: () throws(OCFError) -> Void) {
    do throws(OCFError) {
      try start()
      var memory = context.run.memory
      forget(&memory)
      context.save(memory)
    } catch {
      // The monitor looks at what there is: nothing that runs, or a server that still recovers.
      context.log(.warning, "start: \(error.reason)")
    }
  }
}

extension ActionContext {
  /// The other nodes of the cluster, if each of them runs an instance, or will by the time of the promotion, that can be promoted; else nil.
  func othersThatStand(_ state: ClusterState) -> Set<String>? {
    guard let lists = invocation.lists else { return nil }
    let others = state.nodes.filter { $0.kind == .member && $0.name != cluster.node }.map(\.name)
    let stand = others.allSatisfy { lists.activeAtPromotion.contains($0) && mayBePromoted($0, state) }
    return stand ? Set(others) : nil
  }

  /// Another node has a promotion score; true also where nobody knows.
  fileprivate var mayPromoteAnother: Bool {
    guard let state = cluster.state() else { return true }
    return state.nodes.contains { $0.name != cluster.node && mayBePromoted($0.name, state) }
  }

  private func mayBePromoted(_ node: String, _ state: ClusterState) -> Bool {
    state.promotionScore(of: invocation.instance, on: node).map { $0.rawValue > 0 } ?? false
  }
}

extension ClusterState.Resource {
  /// A monitor recurs, at least every 20 s, that looks at unpromoted instances.
  fileprivate var isMonitoredUnpromoted: Bool {
    operations.contains { operation in
      operation.name == "monitor" && operation.interval > .zero && operation.interval <= .seconds(20)
        && operation.isEnabled
        && [nil, "Started", "Unpromoted"].contains(operation.role)
    }
  }
}
