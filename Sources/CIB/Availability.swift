extension ClusterState {
  /// What can be counted on, from a node.
  public enum Availability: Sendable, Equatable {
    /// A full member: runs resources.
    case online
    /// On its way in: no resources yet.
    case pending
    /// Left in good order, or fenced, or never seen, or lost while fencing is disabled: taken for stopped.
    case offline
    /// Lost, or to be fenced: nobody knows what runs there.
    case unclean
  }

  /// What can be counted on, from the node named `node`, by the rules of Pacemaker's scheduler
  /// (determine_online_status in lib/pengine/unpack.c); offline for a name unknown.
  ///
  /// A pure mapping of `Membership`, the attributes `shutdown` and `terminate`, and the options on fencing. Not looked
  /// at: `node-pending-timeout`, which needs a clock, and fencing on account of failed actions.
  public func availability(of node: String) -> Availability {
    guard let node = self.node(named: node) else { return .offline }
    guard node.kind == .member else { return remoteAvailability(of: node) }
    guard let membership = node.membership else {
      let mayBeUp = options.isFencingEnabled && boolean(options["startup-fencing"]) ?? true
      return mayBeUp ? .unclean : .offline
    }
    return options.isFencingEnabled
      ? availabilityWithFencing(node, membership) : availabilityWithoutFencing(node, membership)
  }

  private func availabilityWithoutFencing(_ node: Node, _ membership: Membership) -> Availability {
    guard membership.cluster?.isPresent ?? false else { return .offline }
    if membership.controller.isPresent { return membership.join == .member ? .online : .offline }
    return membership.isExpectedUp && !node.isShuttingDown ? .unclean : .offline
  }

  private func availabilityWithFencing(_ node: Node, _ membership: Membership) -> Availability {
    let controllerIsUp = membership.controller.isPresent
    if node.isShuttingDown { return controllerIsUp ? .online : .offline }
    guard let cluster = membership.cluster, membership.join != .banned else { return .unclean }
    if node.isFencingRequested {
      return !cluster.isPresent && !controllerIsUp && membership.join == .down ? .offline : .unclean
    }
    guard membership.isExpectedUp else { return cluster.isPresent || controllerIsUp ? .pending : .offline }
    guard cluster.isPresent, controllerIsUp else { return .unclean }
    switch membership.join {
    case .member: return .online
    case .pending, .down: return .pending
    default: return .unclean
    }
  }

  /// A remote node is up while its connection, a resource of the same name, is.
  private func remoteAvailability(of node: Node) -> Availability {
    let isConnected = nodes.contains { $0.kind == .member && role(of: node.name, on: $0.name) == .unpromoted }
    return isConnected ? .online : .offline
  }
}
