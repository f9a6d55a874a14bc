extension ClusterState {
  /// Whether Pacemaker may act on `resource` on the node named `node`: neither the cluster, nor the node, nor the resource
  /// is in maintenance, and the resource is managed.
  public func isManaged(_ resource: String, on node: String) -> Bool {
    !options.isInMaintenance && !(self.node(named: node)?.isInMaintenance ?? false)
      && (self.resource(resource)?.isManaged ?? true)
  }

  /// The promotion score of `resource` on the node named `node`: the attribute `master-RESOURCE`, transient before
  /// permanent; nil when there is none, which means that the node cannot be promoted unless a constraint gives a score.
  /// The attribute kept that name when master became promoted. A globally unique clone's has the instance's number.
  public func promotionScore(of resource: String, on node: String) -> Score? {
    guard let node = self.node(named: node) else { return nil }
    let text = node.attribute("master-\(resource)") ?? node.attribute("master-\(InstanceID(resource).base)")
    return text.map { Score($0) }
  }

  /// How the node named `node` is reached for `resource`: its attribute `RESOURCE-address`, transient before permanent,
  /// else its name.
  public func address(of node: String, for resource: String) -> String {
    let address = self.node(named: node)?.attribute("\(InstanceID(resource).base)-address")
    return address.flatMap { $0.isEmpty ? nil : $0 } ?? node
  }

  /// Failures of one operation of a resource on a node, as counted in the node's transient attributes.
  public struct Failure: Sendable, Equatable {
    /// The action; nil in attributes of before 1.1.17, which counted a resource's failures together.
    public var action: String?
    /// The action's interval.
    public var interval: Duration
    /// How often; INFINITY for a failed start, which alone bans the resource from the node.
    public var count: Score
    /// When last: seconds of the Unix epoch.
    public var last: Int?
  }

  /// The failures counted for `resource` on the node named `node`, by operation: attributes
  /// `fail-count-RESOURCE#ACTION_INTERVAL`, ordered by name.
  public func failures(of resource: String, on node: String) -> [Failure] {
    guard let node = self.node(named: node) else { return [] }
    let instance = InstanceID(resource)
    let prefix = "fail-count-"
    return node.transientAttributes.sorted { $0.key < $1.key }.compactMap { name, value in
      guard name.hasPrefix(prefix) else { return nil }
      let key = String(name.dropFirst(prefix.count))
      // The id has no "#", the operation has none either.
      let parts = key.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let id = parts.first, instance.covers(id) else { return nil }
      let last = integer(node.transientAttributes["last-failure-\(key)"])
      return Failure(parts.dropFirst().first, count: Score(value), last: last)
    }
  }
}

extension ClusterState.Failure {
  /// `operation` is ACTION_INTERVAL, in milliseconds; an action may itself have an underscore.
  fileprivate init(_ operation: String?, count: ClusterState.Score, last: Int?) {
    self.init(action: operation, interval: .zero, count: count, last: last)
    guard let operation, let underscore = operation.lastIndex(of: "_"),
      let interval = Int(operation[operation.index(after: underscore)...]),
      (0...Int(Int32.max)).contains(interval)
    else { return }
    self.action = String(operation[..<underscore])
    self.interval = .milliseconds(interval)
  }
}
