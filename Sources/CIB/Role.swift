/// What the operation history says of a resource on a node.
public enum ObservedRole: Sendable, Hashable {
  /// Promoted.
  case promoted
  /// Active and not promoted; for a resource that cannot be promoted, started.
  case unpromoted
  /// Not active.
  case stopped
  /// Nothing recorded, or recorded in a way that leaves more than one answer.
  case unknown
}

extension ClusterState {
  /// What the history of `resource` on the node named `node` says.
  public func role(of resource: String, on node: String) -> ObservedRole {
    .unknown
  }

  /// The names of the nodes where `resource` is promoted, in document order.
  public func promotedNodes(of resource: String) -> [String] {
    nodes.map(\.name).filter { role(of: resource, on: $0) == .promoted }
  }

  /// What is recorded of `resource` on the node named `node`: one history for a primitive or an anonymous clone's
  /// instance, several for a globally unique clone.
  public func histories(of resource: String, on node: String) -> [ResourceHistory] { [] }

  /// What can be counted on, from the node named `node`, as the scheduler sees it; offline for a name unknown.
  public func availability(of node: String) -> Availability { .offline }

  /// Whether Pacemaker would act on `resource` on the node named `node`.
  public func isManaged(_ resource: String, on node: String) -> Bool { true }

  /// The promotion score of `resource` on the node named `node`: the attribute `master-RESOURCE`, transient before
  /// permanent; nil when there is none, which means that the node cannot be promoted unless a constraint gives a score.
  public func promotionScore(of resource: String, on node: String) -> Score? { nil }

  /// How the node named `node` is reached for `resource`: its attribute `RESOURCE-address`, else its name.
  public func address(of node: String, for resource: String) -> String { node }

  /// The failures counted for `resource` on the node named `node`, by operation.
  public func failures(of resource: String, on node: String) -> [Failure] { [] }

  /// Failures of one operation of a resource on a node, as counted in the node's transient attributes.
  public struct Failure: Sendable, Equatable {
    /// The action; nil in attributes written before 1.1.17, which counted a resource's failures together.
    public var action: String?
    /// The action's interval.
    public var interval: Duration
    /// How often; INFINITY for a failed start, which alone bans the resource from the node.
    public var count: Score
    /// When last: seconds of the Unix epoch.
    public var last: Int?
  }
}
