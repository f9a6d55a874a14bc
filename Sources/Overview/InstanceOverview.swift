public import CIB

/// One instance of a database on one node, as the cluster knows it.
public struct InstanceOverview: Sendable, Equatable {
  /// What it does.
  public enum Role: String, Sendable {
    /// Takes writes.
    case primary
    /// PostgreSQL's word for a copy.
    case standby
    /// MySQL's and MariaDB's.
    case replica
    /// Does not run.
    case stopped
    /// Nobody can tell.
    case unknown
  }

  /// The node's name.
  public var node: String
  /// What can be counted on, from that node.
  public var availability: ClusterState.Availability
  /// Whether the node may run nothing.
  public var isOnStandby = false
  /// The cluster acts on it.
  public var isManaged = true
  /// What the instance does.
  public var role: Role
  /// The agent's word (attribute RESOURCE-state); nil if it said none.
  public var state: String?
  /// How far a copy is behind, in steps; nil where nothing is told.
  public var lagBytes: Int?
  /// The same in seconds.
  public var lagSeconds: Int?
  /// The promotion score; nil if the instance gave itself none.
  public var score: ClusterState.Score?
  /// Seconds of the Unix epoch at which it was started, promoted or demoted last.
  public var since: Int?
  /// Why its last monitor called it degraded, or its last action failed; nil if neither.
  public var reason: String?
  /// How many failures the cluster counts.
  public var failures = 0
  /// What else an operator wants to know, each as a few words.
  public var remarks: [String] = []

  /// How the remark begins that says why the primary was not moved.
  static let refusal = "not moved: "

  /// Facts that nobody has looked at yet.
  public init(node: String, availability: ClusterState.Availability, role: Role) {
    self.node = node
    self.availability = availability
    self.role = role
  }

  /// It runs.
  public var isRunning: Bool { [.primary, .standby, .replica].contains(role) }

  /// It does not run where it should.
  public var isMissing: Bool { !isRunning && !isOnStandby }

  /// It is a copy that gets nothing new, or does not apply it.
  public var isLeftBehind: Bool {
    (role == .standby || role == .replica)
      && !["streaming", "replicating", "catching-up"].contains(state ?? "")
  }

  /// It could be promoted if the primary were lost now.
  public var canTakeOver: Bool {
    availability == .online && (role == .standby || role == .replica) && (score?.rawValue ?? 0) > 0
  }

  /// Nothing goes on until a person has decided.
  public var needsDecision: Bool {
    ["diverged", "foreign", "undecided", "loss-possible", "left-behind", "rejoin-failed"].contains(
      state ?? "")
  }
}
