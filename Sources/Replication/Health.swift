/// How the local history relates to that of the cluster's primary.
public enum HistoryCheck: Sendable, Equatable {
  /// Not looked at: replication works, or there is no primary to compare with.
  case notCompared
  /// The primary could not be asked, and may be at work.
  case primaryUnreachable(String)
  /// The primary's node answers, its server does not: it commits nothing that this one could miss.
  case primaryDown(String)
  /// What this one has is a part of what the primary has.
  case follows
  /// It has something that the primary has not.
  case diverged(String)
  /// Another cluster altogether.
  case foreign(String)

  /// What it has is not the primary's: it may not follow.
  public var isOfItsOwn: Bool {
    switch self {
    case .diverged, .foreign: true
    case .notCompared, .primaryUnreachable, .primaryDown, .follows: false
    }
  }
}

/// What to tell the cluster of an instance.
public struct Health: Sendable, Equatable {
  /// What to do with the promotion score.
  public enum Promotion: Sendable, Equatable {
    /// Set it.
    case score(Int)
    /// Set it to -INFINITY.
    case never
    /// Leave it as it is: nothing was learnt.
    case unchanged
  }

  /// One word for `crm_mon -A`, in the attribute RESOURCE-state.
  public let state: String
  /// May it be promoted.
  public let promotion: Promotion
  /// The monitor shows it as degraded.
  public let isDegraded: Bool

  /// A verdict.
  public init(_ state: String, _ promotion: Promotion, degraded isDegraded: Bool = false) {
    self.state = state
    self.promotion = promotion
    self.isDegraded = isDegraded
  }
}
