internal import CIB
package import Host
package import OCF

/// What every action of every agent has at hand.
package protocol ActionContext {
  var invocation: Invocation { get }
  var cluster: Cluster { get }
  var run: RunDirectory { get }
  var log: Log { get }
  /// When the action must have answered: Pacemaker kills the agent, without a word, a little later.
  var deadline: Deadline { get }
}

extension ActionContext {
  /// What the cluster believes of this instance: by the monitor's own role, else by what the last monitors saw.
  package var expectedRole: InstanceRole? {
    if let role = invocation.expectedRole { return role }
    if invocation.isProbe { return nil }
    return run.memory["state"] == "primary" ? .promoted : .unpromoted
  }

  /// Keeps what is to be remembered; a node whose run directory is full still answers.
  package func save(_ memory: Memory) {
    do throws(HostError) {
      try run.save(memory)
    } catch {
      log(.warning, error.reason)
    }
  }

  /// Keeps an event in the instance's history; what cannot be kept there is in the log.
  package func note(_ word: String, _ text: String) {
    do throws(HostError) {
      try History(StateDirectory(instance: cluster.instance)).note(word, text)
    } catch {
      log(.warning, "\(error.reason): \(text)")
    }
  }

  /// Whom to follow: who will be promoted when this transition is done, by Pacemaker's lists; without them, who is
  /// promoted now. The CIB tells where that node is reached.
  package func upstream() -> Upstream? {
    let lists = invocation.lists
    if let lists, lists.promotedAfterwards.isEmpty || lists.promotedAfterwards == [cluster.node] {
      return nil
    }
    guard let state = cluster.state() else { return nil }
    let named = lists?.promotedAfterwards.first { $0 != cluster.node }
    guard let node = named ?? state.primary(of: invocation.instance, otherThan: cluster.node) else {
      return nil
    }
    return state.upstream(node, for: invocation.instance)
  }

  /// The cluster has a primary on another node.
  package var hasOtherPrimary: Bool { otherPrimary != nil }

  /// How the primary is reached that the cluster has on another node, a member of it; nil for none.
  package var otherPrimary: Upstream? {
    guard let state = cluster.state(),
      let node = state.primary(of: invocation.instance, otherThan: cluster.node)
    else { return nil }
    return state.upstream(node, for: invocation.instance)
  }

  /// Another node is the primary already; or one is about to be, and this node's own history does not count in that election,
  /// since every other node is heard there, see `counted`.
  package var returnsAsReplica: Bool {
    guard upstream() != nil else { return false }
    if invocation.lists == nil || followsLivePrimary { return true }
    return cluster.state().map { othersThatStand($0) != nil } ?? false
  }

  /// There is a primary, and it is not one that this very transition promotes, which would wait for this action.
  package var followsLivePrimary: Bool {
    guard let lists = invocation.lists else { return hasOtherPrimary }
    guard lists.promoting.isEmpty else { return false }
    return lists.promotedAfterwards.contains { $0 != cluster.node }
  }
}

extension ActionContext {
  /// After a failover or a switchover: what follows the promotion at once, as the writer's address, needs the processors more than a
  /// monitor does, which nobody waits for.
  package func letTransitionEnd() { pause(.milliseconds(500), until: deadline) }

  /// In the first monitor after a promotion.
  package func letPromotionEnd(_ memory: inout Memory) {
    guard memory[newlyPromoted] != nil, !invocation.isProbe else { return }
    forgetPromotion(&memory)
    letTransitionEnd()
  }

  /// In stop.
  package func forgetPromotion(_ memory: inout Memory) { memory[newlyPromoted] = nil }

  /// In promote.
  package func notePromotion(_ memory: inout Memory) { memory[newlyPromoted] = "1" }

  private var newlyPromoted: String { "newly-promoted" }
}

/// How an action ended: the exit code, and the line for the operator.
package struct Outcome {
  package let code: ExitCode
  /// Empty when there is nothing to say beyond the code.
  package let reason: String
  /// The row that decided.
  package let rule: String

  package init(_ code: ExitCode, _ reason: String = "", rule: String = "") {
    self.code = code
    self.reason = reason
    self.rule = rule
  }

  package init(_ decision: Decision<ExitCode>, reason: String) {
    self.init(decision.verdict, reason, rule: decision.rule)
  }
}
