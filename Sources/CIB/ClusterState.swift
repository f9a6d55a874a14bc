/// What the CIB says of a cluster, as plain facts: configuration, membership, attributes and what was done.
public struct ClusterState: Sendable, Equatable {
  /// The CIB's version: one is later than another if it is greater.
  public struct Version: Sendable, Hashable, Comparable {
    /// Set by hand only.
    public var adminEpoch: Int
    /// Rises with each change of the configuration.
    public var epoch: Int
    /// Rises with each change of the status; starts again with a new epoch.
    public var updates: Int

    /// Earlier is less.
    public static func < (left: Version, right: Version) -> Bool {
      (left.adminEpoch, left.epoch, left.updates) < (right.adminEpoch, right.epoch, right.updates)
    }
  }

  /// `admin_epoch`, `epoch`, `num_updates`.
  public var version: Version
  /// `crm_feature_set`, as in 3.16.1; nil in a CIB that no cluster has touched.
  public var featureSet: String?
  /// The schema (`validate-with`).
  public var schema: String?
  /// `cib-last-written`, as recorded: a date in C format, local to who wrote it.
  public var lastWritten: String?
  /// `execution-date`, in an input that the scheduler saved: when it decided, in seconds of the Unix epoch.
  public var executionDate: Int?
  /// `have-quorum`; nil when not recorded.
  public var hasQuorum: Bool?
  /// `dc-uuid`: the id of the node that decides; nil when there was none.
  public var designatedControllerID: String?
  /// Cluster options.
  public var options: Options
  /// All nodes, configured or seen, in document order.
  public var nodes: [Node]
  /// All primitives, in document order, at any depth.
  public var resources: [Resource]

  /// The node with this name, in any letter case as Pacemaker compares them.
  public func node(named name: String) -> Node? {
    nodes.first { $0.name == name } ?? nodes.first { $0.name.lowercased() == name.lowercased() }
  }

  /// The node with this id.
  public func node(id: String) -> Node? { nodes.first { $0.id == id } }

  /// The node that decides (`dc-uuid`).
  public var designatedController: Node? { designatedControllerID.flatMap(node(id:)) }

  /// The primitive with this id, given with or without an instance number (`pg:0`, as OCF_RESOURCE_INSTANCE may be).
  public func resource(_ id: String) -> Resource? {
    let base = InstanceID(id).base
    return resources.first { $0.id == base }
  }
}
