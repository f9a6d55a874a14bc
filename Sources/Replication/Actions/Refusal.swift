package import CIB
internal import Host
internal import Replication

/// Why the last election did not choose this node, for the minute in which it must not be a candidate again: the cluster
/// would try twice a second.
package struct Refusal: Equatable {
  package let reason: String
  /// Acknowledged commits might be lost; else nobody has everything, or another is a primary.
  package let isForLoss: Bool
}

extension Memory {
  /// Keeps a refusal.
  package mutating func note(refusal: Refusal) {
    self["refusal"] = refusal.reason.filter { !$0.isNewline }
    self["refusal-for-loss"] = refusal.isForLoss ? "1" : nil
    self["refusal-since"] = String(secondsSinceBoot())
  }

  /// Forgets it: the instance follows, or there is something new to decide by. True if there was one.
  @discardableResult package mutating func forgetRefusal() -> Bool {
    defer { for name in ["refusal", "refusal-for-loss", "refusal-since"] { self[name] = nil } }
    return self["refusal"] != nil
  }
}

extension ActionContext {
  /// A promotion failed, and ended the server. The first time the cause may be gone; the second time another node is to be
  /// promoted, if there is one: the cluster would choose this one again and again.
  /// - Parameter hasEnded: whether the server has; asked for a moment, because its end takes one.
  package func noteFailedPromotion(_ reason: String, hasEnded: () -> Bool) {
    let patience = deadline.earlier(.seconds(1))
    while !hasEnded() {
      if patience.isPast { return }
      pause(.milliseconds(20), until: patience)
    }
    var memory = run.memory
    let isAgain = memory.since("promotion-failed").map { secondsSinceBoot() - $0 < 120 } ?? false
    memory["promotion-failed"] = String(secondsSinceBoot())
    if isAgain {
      memory.note(refusal: Refusal(reason: "its promotion failed twice: \(reason)", isForLoss: false))
    }
    save(memory)
  }

  /// What was refused less than a minute ago, unless the operator has allowed it since.
  package func standingRefusal(_ state: ClusterState, _ memory: inout Memory) -> Refusal? {
    guard let reason = memory["refusal"], let since = memory.since("refusal-since"),
      secondsSinceBoot() - since < 60
    else { return nil }
    let refusal = Refusal(reason: reason, isForLoss: memory["refusal-for-loss"] != nil)
    guard refusal.isForLoss, let node = cluster.node,
      DurabilityOption(self)?.acceptedNode(state) == node
    else { return refusal }
    memory.forgetRefusal()
    return nil
  }

  /// Whether the last election took this node out: a restart of its server changes nothing about that.
  package func isRefused(_ memory: inout Memory) -> Bool {
    guard memory["refusal"] != nil, let state = cluster.state() else { return false }
    return standingRefusal(state, &memory) != nil
  }

  /// Another instance has started: who was refused because too few answered may ask again.
  package func askAgain() {
    var memory = run.memory
    guard memory["refusal-for-loss"] != nil, memory.forgetRefusal() else { return }
    Publisher(self).publish(score: PromotionScore(ScoreLevel.standby), in: &memory)
    save(memory)
  }
}
