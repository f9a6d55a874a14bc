/// What the operation history says of a resource on a node.
public enum ObservedRole: Sendable, Hashable {
  /// Promoted.
  case promoted
  /// Active and not promoted; for a resource that cannot be promoted, started.
  case unpromoted
  /// Not active.
  case stopped
  /// Nothing recorded, or nothing from which the role follows.
  case unknown
}

extension ClusterState {
  /// What the history of `resource` on the node named `node` says, worked out as Pacemaker's scheduler does
  /// (lib/pengine/unpack.c): the operations in the order of their calls, a failed promote or a started one counting as
  /// promoted, since nobody knows. Where a globally unique clone has several instances on the node, the most active
  /// one. `failure-timeout` is not applied: an expired failure still counts.
  public func role(of resource: String, on node: String) -> ObservedRole {
    let configured = self.resource(resource)
    let isManaged = isManaged(resource, on: node)
    return histories(of: resource, on: node)
      .map { history in
        var role = RoleHistory(isManaged: isManaged) { configured?.onFail(of: $0) }
        for operation in history.inOrder { role.apply(operation) }
        return role.observed
      }
      .max { $0.activity < $1.activity } ?? .unknown
  }

  /// The names of the nodes where `resource` is promoted as far as the scheduler is concerned, in document order. A
  /// node that is gone does not count when fencing is disabled: then the scheduler takes it for stopped.
  public func promotedNodes(of resource: String) -> [String] {
    nodes.map(\.name).filter { name in
      (options.isFencingEnabled || availability(of: name) != .offline)
        && role(of: resource, on: name) == .promoted
    }
  }

  /// What is recorded of `resource` on the node named `node`: one history for a primitive or an anonymous clone's
  /// instance, several for a globally unique clone, or one if `resource` has an instance's number.
  public func histories(of resource: String, on node: String) -> [ResourceHistory] {
    let instance = InstanceID(resource)
    return self.node(named: node)?.histories.filter { instance.covers($0.id) } ?? []
  }
}

extension ObservedRole {
  fileprivate var activity: Int {
    switch self {
    case .unknown: 0
    case .stopped: 1
    case .unpromoted: 2
    case .promoted: 3
    }
  }
}

extension ClusterState.Resource {
  /// `on-fail` as configured for the action that `operation` was.
  fileprivate func onFail(of operation: ClusterState.Operation) -> String? {
    operations.first { $0.name == operation.name && $0.interval == operation.interval }?.onFail
  }
}

/// The role while a history is gone through, one operation after the other.
private struct RoleHistory {
  private(set) var observed = ObservedRole.unknown
  private let isManaged: Bool
  private let onFail: (ClusterState.Operation) -> String?
  private var lastFailure: ClusterState.Operation?

  init(isManaged: Bool, onFail: @escaping (ClusterState.Operation) -> String?) {
    self.isManaged = isManaged
    self.onFail = onFail
  }

  mutating func apply(_ operation: ClusterState.Operation) {
    guard operation.canAffectRole else { return }
    // An agent that is not there cannot have started anything: such a probe counts as "not running".
    if operation.isMaskedProbeFailure { return observed = .stopped }
    noteExitCode(operation)
    switch operation.result(isManaged: isManaged) {
    case .pending: begin(operation)
    case .expected: succeed(operation, exitCode: operation.effectiveExitCode)
    case .failed: fail(operation)
    }
  }

  /// What the exit code alone says, whether it was expected or not.
  private mutating func noteExitCode(_ operation: ClusterState.Operation) {
    guard operation.status == .done || operation.status == .failed else { return }
    switch operation.effectiveExitCode {
    case 7 where operation.isProbe || operation.transition?.expectedExitCode == 7 || !isManaged:
      observed = .stopped
    case 8, 9: observed = .promoted
    default: break
    }
  }

  /// A start may already have started something, and a promote may already have promoted it.
  private mutating func begin(_ operation: ClusterState.Operation) {
    if let lastFailure, lastFailure.name == operation.name, lastFailure.interval == operation.interval,
      let failed = lastFailure.lastChange, let begun = operation.lastChange, failed >= begun
    {
      return  // that failure is this operation's result
    }
    switch operation.name {
    case "start": observed = .unpromoted
    case "promote": observed = .promoted
    default: break
    }
  }

  private mutating func succeed(_ operation: ClusterState.Operation, exitCode: Int?) {
    switch (exitCode, operation.name) {
    case (5, _): observed = .stopped
    case (7, _): break
    case (_, "start"), (_, "demote"), (_, "migrate_from"): observed = .unpromoted
    case (_, "stop"): observed = .stopped
    case (_, "promote"): observed = .promoted
    // Where it went is recorded on another node, and clones do not migrate.
    case (_, "migrate_to"): observed = .unknown
    default: becomeActive()
    }
  }

  private mutating func fail(_ operation: ClusterState.Operation) {
    let onFail = onFail(operation)
    if onFail == "ignore", operation.status != .notInstalled {
      return succeed(operation, exitCode: operation.transition?.expectedExitCode)
    }
    lastFailure = operation
    switch operation.name {
    case "promote": observed = .promoted
    case "demote" where onFail == "block": observed = .promoted
    case "demote" where operation.effectiveExitCode == 7: observed = .stopped
    case "demote", "migrate_to", "migrate_from": observed = .unpromoted
    default: break
    }
    // Whatever failed may be active, until a stop has succeeded.
    becomeActive()
  }

  private mutating func becomeActive() {
    if observed == .unknown || observed == .stopped { observed = .unpromoted }
  }
}
