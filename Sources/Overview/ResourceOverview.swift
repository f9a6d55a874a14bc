internal import CIB
public import OCF
public import Replication

/// How well something is.
public enum Condition: String, Sendable, Comparable, CaseIterable {
  /// Nothing to do.
  case well
  /// It works, and somebody should look at it.
  case warning
  /// Nobody can write.
  case down

  private var rank: Int { Condition.allCases.firstIndex(of: self) ?? 0 }

  /// Worse is more.
  public static func < (left: Condition, right: Condition) -> Bool { left.rank < right.rank }
}

/// One database of the cluster, with all its instances.
public struct ResourceOverview: Sendable, Equatable {
  /// What would follow if the primary were lost now.
  public enum Loss: Sendable, Equatable {
    /// One of them takes over, and has every acknowledged commit.
    case none
    /// One of them takes over; nothing promises that it has the last commits.
    case possible
    /// None takes over before one more of these is back: acknowledged commits may be on them alone.
    case refused([String])
    /// There is nobody.
    case nobody
  }

  /// The primitive's id.
  public var id: String
  /// The agent: `postgresql` or `mysql`.
  public var agent: String
  /// The clone's id, by which it is moved.
  public var clone: String
  /// In the order of the nodes.
  public var instances: [InstanceOverview]
  /// What is promised of acknowledged commits; nil for nothing.
  public var record: DurabilityRecord?
  /// The cluster leaves it alone.
  public var isInMaintenance = false
  /// This partition may act.
  public var hasQuorum = true

  /// A database whose instances are known.
  public init(id: String, agent: String, instances: [InstanceOverview]) {
    self.id = id
    clone = id
    self.agent = agent
    self.instances = instances
  }

  /// Names of the nodes whose instance takes writes.
  public var primaries: [String] { instances.filter { $0.role == .primary }.map(\.node) }

  /// Names of the nodes that could take over, the best first.
  public var successors: [String] {
    instances.filter(\.canTakeOver).sorted { ($0.score?.rawValue ?? 0) > ($1.score?.rawValue ?? 0) }.map(
      \.node)
  }

  /// Names of the nodes whose instance may be anything, for they are lost.
  public var lost: [String] { instances.filter { $0.availability == .unclean }.map(\.node) }

  /// What would follow if the primary were lost now.
  public var loss: Loss {
    let successors = Set(successors)
    if successors.isEmpty { return .nobody }
    guard let record else { return .possible }
    if record.isCovered(by: successors) { return .none }
    return .refused(record.members.subtracting(successors).subtracting(primaries).sorted())
  }

  /// How well it is, and why.
  public var decision: Decision<Condition> { overviewRules.decide(self) }
}

/// From what the cluster knows of a database to what an operator is told first.
public let overviewRules = RuleTable<ResourceOverview, Condition>(
  [
    Rule("status/10", "this partition of the cluster has no quorum, and does nothing", then: .down) {
      !$0.hasQuorum
    },
    Rule("status/20", "more than one instance takes writes", then: .down) { $0.primaries.count > 1 },
    Rule("status/30", "nobody can write before a lost node is fenced", then: .down) {
      $0.primaries.isEmpty && !$0.lost.isEmpty
    },
    Rule("status/40", "nobody can write: no instance may be promoted until somebody decides", then: .down) {
      $0.primaries.isEmpty && $0.instances.contains(where: \.needsDecision)
    },
    Rule("status/50", "nobody can write: no instance is promoted", then: .down) { $0.primaries.isEmpty },
    Rule("status/60", "the cluster leaves it alone, whatever fails", then: .warning) { $0.isInMaintenance },
    Rule("status/70", "nobody can take over", then: .warning) { $0.loss == .nobody },
    Rule("status/72", "nobody could take over without a node that is away", then: .warning) {
      if case .refused = $0.loss { true } else { false }
    },
    Rule("status/80", "an instance waits for somebody to decide", then: .warning) {
      $0.instances.contains(where: \.needsDecision)
    },
    Rule("status/82", "an instance does not run", then: .warning) {
      $0.instances.contains(where: \.isMissing)
    },
    Rule("status/83", "a copy does not follow", then: .warning) {
      $0.instances.contains(where: \.isLeftBehind)
    },
    Rule("status/84", "an instance is degraded", then: .warning) {
      $0.instances.contains { $0.reason != nil }
    },
    Rule("status/86", "failures are counted, and may keep an instance away from its node", then: .warning) {
      $0.instances.contains { $0.failures > 0 }
    },
  ],
  otherwise: "status/90", "it is well", then: .well)
