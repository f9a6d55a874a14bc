public import OCF

/// What decides when the server of a crashed primary is started again.
public struct LateStartFacts: Sendable, Equatable {
  /// It was the primary, and what follows a crash is that another node is promoted.
  public var makesRoom = false
  /// The same transition promotes another node.
  public var promotesAnother = false
  /// Each other node of the cluster runs an instance, and each of these can be promoted.
  public var everyOtherStands = false
  /// What was promised of acknowledged commits the others alone can vouch for.
  public var isPromiseCovered = false
  /// The new primary's commits would wait for this node's acknowledgement.
  public var isNeededToAcknowledge = false
  /// A process of the instance is left, or its server runs already.
  public var isRunning = false
  /// A monitor of unpromoted instances recurs often enough, which starts it.
  public var isMonitored = false

  /// Nothing is known.
  public init() {}
}

/// When the server is started.
public enum LateStartStep: Sendable, Equatable, CaseIterable {
  /// In the start action.
  case now
  /// Once the other node has been promoted, for that waits for the start action.
  case later
}

/// From what is known at a start to when the server is started. What a server has that is not there counts in no election.
public let lateStartRules = RuleTable<LateStartFacts, LateStartStep>(
  [
    Rule("late/10", "its server runs already", then: .now) { $0.isRunning },
    Rule("late/20", "it is not a crashed primary that makes room for another", then: .now) { !$0.makesRoom },
    Rule("late/30", "no other node is being promoted", then: .now) { !$0.promotesAnother },
    Rule(
      "late/40", "another node is not there, or cannot be promoted: what it has itself may count", then: .now
    ) {
      !$0.everyOtherStands
    },
    Rule(
      "late/50", "the others cannot vouch for every acknowledged commit: what it has itself may count",
      then: .now
    ) {
      !$0.isPromiseCovered
    },
    Rule("late/60", "commits on the new primary would wait for this node", then: .now) {
      $0.isNeededToAcknowledge
    },
    Rule(
      "late/70", "no monitor of unpromoted instances is configured that would start it within twenty seconds",
      then: .now
    ) {
      !$0.isMonitored
    },
  ], otherwise: "late/80", "another node is promoted first", then: .later)
