/// The lists of instances that Pacemaker hands to the agents of a clone with `notify=true`: as arguments of notify,
/// and in the environment of start, stop, promote and demote (pacemaker, `lib/pengine/pe_notif.c`).
public struct TransitionLists: Sendable, Equatable {
  /// Nodes with an active instance before the transition, in any role.
  public var active: [String] = []
  /// Nodes whose instance is promoted before the transition.
  public var promoted: [String] = []
  /// Nodes whose instance is unpromoted before the transition.
  public var unpromoted: [String] = []
  /// Nodes whose instance the transition starts.
  public var starting: [String] = []
  /// Nodes whose instance the transition stops.
  public var stopping: [String] = []
  /// Nodes whose instance the transition promotes.
  public var promoting: [String] = []
  /// Nodes whose instance the transition demotes.
  public var demoting: [String] = []

  /// No lists at all, as without a cluster.
  public init() {}

  /// Reads `OCF_RESKEY_CRM_meta_notify_*`; nil when none of them is there (no cluster, or `notify=false`).
  public init?(environment: [String: String]) {
    let prefix = "OCF_RESKEY_CRM_meta_notify_"
    func nodes(_ names: String...) -> [String]? {
      for name in names {
        if let value = environment[prefix + name + "_uname"] {
          return value.split(separator: " ").map(String.init)
        }
      }
      return nil
    }
    let active = nodes("active")
    let promoted = nodes("promoted", "master")
    guard active != nil || promoted != nil else { return nil }
    self.active = active ?? []
    self.promoted = promoted ?? []
    unpromoted = nodes("unpromoted", "slave") ?? []
    starting = nodes("start") ?? []
    stopping = nodes("stop") ?? []
    promoting = nodes("promote") ?? []
    demoting = nodes("demote") ?? []
  }

  /// The nodes that will be promoted when the transition has succeeded.
  public var promotedAfterwards: [String] {
    promoted.filter { !demoting.contains($0) && !stopping.contains($0) && !promoting.contains($0) }
      + promoting
  }

  /// The nodes whose instance runs, or will have been started, when a promotion of this transition begins. Those
  /// that are stopped for good, or were fenced, are not among them.
  public var activeAtPromotion: [String] {
    var nodes: [String] = []
    for node in active.filter({ !stopping.contains($0) || starting.contains($0) }) + starting
    where !nodes.contains(node) {
      nodes.append(node)
    }
    return nodes
  }
}

/// One call of the notify action.
public struct Notification: Sendable, Equatable {
  /// Whether the operation is to come or is done.
  public enum Moment: String, Sendable {
    /// Before the operation, on every active instance.
    case pre
    /// After it.
    case post
  }

  /// Before or after.
  public let moment: Moment
  /// Which operation.
  public let operation: Action
  /// Who does what in this transition.
  public let lists: TransitionLists

  /// Reads the variables of a notify action; nil when they are absent or name nothing known, as under `ocf-tester`.
  public init?(environment: [String: String]) {
    guard let moment = Moment(rawValue: environment["OCF_RESKEY_CRM_meta_notify_type"] ?? ""),
      let operation = Action(rawValue: environment["OCF_RESKEY_CRM_meta_notify_operation"] ?? "")
    else { return nil }
    self.moment = moment
    self.operation = operation
    lists = TransitionLists(environment: environment) ?? TransitionLists()
  }

  /// A notification made by hand, for tests.
  public init(_ moment: Moment, _ operation: Action, _ lists: TransitionLists) {
    self.moment = moment
    self.operation = operation
    self.lists = lists
  }
}
