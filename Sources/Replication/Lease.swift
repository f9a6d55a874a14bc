public import OCF

/// What decides whether a primary may go on without a cluster.
public struct LeaseFacts: Sendable, Equatable {
  /// This node's partition has quorum; nil where the cluster does not answer.
  public var hasQuorum: Bool?
  /// The cluster manages the instance, as it answers, or as it kept when it last ran; nil where neither can be read.
  public var isManaged: Bool?
  /// For how long there has been no quorum.
  public var withoutQuorum: Duration = .zero
  /// `lease`.
  public var lease: Duration

  /// All is well.
  public init(lease: Duration) { self.lease = lease }
}

/// What is done about it.
public enum LeaseStep: Sendable, Equatable, CaseIterable {
  /// The lease begins anew.
  case renew
  /// Nothing yet.
  case wait
  /// The server is ended.
  case end
}

/// From what the cluster answers to what becomes of a primary.
public let leaseRules = RuleTable<LeaseFacts, LeaseStep>(
  [
    Rule("lease/10", "this node's partition has quorum", then: .renew) { $0.hasQuorum == true },
    // An administrator stops Pacemaker in maintenance mode to update it, and the server stays.
    Rule("lease/20", "the cluster does not manage it (maintenance)", then: .renew) { $0.isManaged == false },
    Rule("lease/30", "the lease is not over yet", then: .wait) { $0.withoutQuorum <= $0.lease },
  ], otherwise: "lease/40", "it has been without a quorate cluster for longer than the lease", then: .end)
