public import OCF

/// What follows when all connections of a primary are taken, so that applications are refused.
public enum FullPolicy: String, Sendable, CaseIterable {
  /// It stays the primary, and says so.
  case stay
  /// Another node is promoted, if one has everything; the demotion ends the sessions.
  case failover
}

/// What decides what is done about a server all of whose connections are taken.
public struct SaturationFacts: Sendable, Equatable {
  /// For how long every monitor has found it so; nil when there are connections left.
  public var fullFor: Duration?
  /// For how long the instance has been the primary; nil for a standby.
  public var primaryFor: Duration?
  /// What the operator wants.
  public var policy: FullPolicy
  /// `full_timeout`.
  public var limit: Duration
  /// Another node receives all that this one commits.
  public var hasPeer: Bool

  /// All that there is to know.
  public init(
    fullFor: Duration?, primaryFor: Duration?, policy: FullPolicy, limit: Duration, hasPeer: Bool
  ) {
    self.fullFor = fullFor
    self.primaryFor = primaryFor
    self.policy = policy
    self.limit = limit
    self.hasPeer = hasPeer
  }
}

/// What is done about it.
public enum SaturationStep: Sendable, Equatable, CaseIterable {
  /// Nothing.
  case nothing
  /// The attribute says so.
  case say
  /// The monitor says that the primary failed.
  case failOver
}

/// From how many connections are left to what a monitor does about it.
public let saturationRules = RuleTable<SaturationFacts, SaturationStep>(
  [
    Rule("saturation/10", "it has connections left", then: .nothing) { $0.fullFor == nil },
    Rule("saturation/20", "a standby refuses only readers", then: .say) { $0.primaryFor == nil },
    Rule("saturation/30", "on_full is stay", then: .say) { $0.policy == .stay },
    Rule("saturation/32", "all connections have not been taken for full_timeout yet", then: .say) {
      ($0.fullFor ?? .zero) < $0.limit
    },
    // Who fills one server fills the next: the primary would go round.
    Rule(
      "saturation/34", "it has been the primary for less than ten times full_timeout: moving it did not help",
      then: .say
    ) { ($0.primaryFor ?? .zero) < $0.limit * 10 },
    Rule("saturation/36", "no other node has everything", then: .say) { !$0.hasPeer },
  ], otherwise: "saturation/40", "another node has everything", then: .failOver)
