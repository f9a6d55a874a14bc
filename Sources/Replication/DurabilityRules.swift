public import OCF

/// The next step on the way to the goal, as a word; `DurabilityFacts.step` says which that is.
public enum DurabilityMove: String, Sendable, CaseIterable {
  /// Nothing is to be done.
  case settled
  /// The operator's own settings hold again.
  case giveBack
  /// The server's rule is made to be what the record needs.
  case restore
  /// The record becomes the goal.
  case record
  /// The server's rule becomes what the goal needs, before the record does.
  case tighten
  /// The server's rule becomes what the goal needs, after the record did.
  case loosen
  /// Standbys must get what was acknowledged before.
  case wait
  /// The record becomes what is true before and after.
  case bridge
}

/// One thing to do to the cluster or the server.
public enum DurabilityStep: Sendable, Equatable {
  /// Nothing is to be done.
  case settled
  /// Make the operator's own settings hold again; nothing is to be done afterwards.
  case giveBack
  /// Write the record; nil removes it.
  case write(DurabilityRecord?)
  /// Give the server this rule, and do not go on before it is in force. `confirming` must be what stands in the
  /// configuration of every node that may take part in an election.
  case set(AcknowledgementRule, confirming: DurabilityRecord?)
  /// Wait until these standbys have got what was acknowledged before.
  case wait(for: Set<String>)
}

/// From where the record and the server are to the next single step. Whatever happens after a step, every acknowledged
/// commit is where the record says: the server's rule always satisfies the record, and a record is written only when it
/// is true of the past and of what the server acknowledges now.
public let durabilityMoves = RuleTable<DurabilityFacts, DurabilityMove>(
  [
    Rule("durability/12", "no acknowledgement is asked for any more", then: .giveBack) {
      $0.goal == nil && $0.record == nil
    },
    Rule("durability/20", "what the server waits for is not known, or not the agent's", then: .restore) {
      $0.rule == nil && $0.record != nil
    },
    Rule("durability/22", "the server waits for less than was promised", then: .restore) {
      !$0.isPromiseKept
    },
    Rule("durability/30", "the promise and the server are as they should be", then: .settled) {
      $0.record == $0.goal && $0.rule == $0.goalRule
    },
    Rule("durability/40", "the server waits for more than was promised", then: .loosen) {
      $0.record == $0.goal
    },
    Rule("durability/50", "the new promise is kept already", then: .record) { $0.isGoalTrue },
    Rule("durability/60", "the server must wait for more before more is promised", then: .tighten) {
      $0.keepsPromise($0.goalRule) && $0.rule != $0.goalRule
    },
    Rule("durability/62", "standbys lack commits of before", then: .wait) { $0.keepsPromise($0.goalRule) },
  ],
  otherwise: "durability/70", "the new promise and the old one have too little in common", then: .bridge)

extension DurabilityFacts {
  /// What the server should wait for when the record is the goal.
  var goalRule: AcknowledgementRule { goal?.rule(on: primary) ?? .none }

  /// What the server acknowledges by `rule` is where the record says.
  func keepsPromise(_ rule: AcknowledgementRule) -> Bool {
    record.map { rule.satisfies($0, on: primary) } ?? true
  }

  var isPromiseKept: Bool { rule.map(keepsPromise) ?? false }

  /// The goal is true of every commit acknowledged before, and of those that the server acknowledges now.
  var isGoalTrue: Bool {
    guard let goal else { return true }
    guard let rule, rule.satisfies(goal, on: primary) else { return false }
    if let record, record.implies(goal) { return true }
    return complete.union([primary]).intersection(goal.members).count >= goal.copies
  }

  /// True before and after: fewer copies, on more nodes.
  var bridge: DurabilityRecord? {
    guard let record, let goal else { return nil }
    return DurabilityRecord(
      copies: min(record.copies, goal.copies), members: record.members.union(goal.members))
  }

  /// The next step, the row that chose it, and its sentence.
  public var step: (step: DurabilityStep, decision: Decision<DurabilityMove>) {
    let decision = durabilityMoves.decide(self)
    let step: DurabilityStep
    switch decision.verdict {
    case .settled: step = .settled
    case .giveBack: step = .giveBack
    case .restore: step = .set(record?.rule(on: primary) ?? .none, confirming: record)
    case .record: step = .write(goal)
    case .tighten, .loosen: step = .set(goalRule, confirming: record)
    case .wait: step = .wait(for: (goal?.members ?? []).subtracting(complete).subtracting([primary]))
    case .bridge: step = .write(bridge)
    }
    return (step, decision)
  }
}
