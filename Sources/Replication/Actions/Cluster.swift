package import CIB
package import Host
package import OCF

/// The node that an instance follows, or nobody.
package struct Upstream: Equatable {
  /// The node's name in the cluster.
  package let node: String
  /// Where it is reached.
  package let address: String

  /// A node, and where it is reached.
  package init(node: String, address: String) {
    self.node = node
    self.address = address
  }
}

/// The cluster as an action sees it: nothing, when the agent is run without one.
package struct Cluster {
  /// Pacemaker's tools; nil outside a cluster.
  package let tools: ClusterTools?
  package let instance: String
  package let log: Log

  /// The name of this node; nil outside a cluster.
  package var node: String? { tools?.node }

  /// A cluster that is reached by these tools.
  package init(tools: ClusterTools?, instance: String, log: Log) {
    self.tools = tools
    self.instance = instance
    self.log = log
  }

  /// The cluster that Pacemaker named in the environment.
  package init(_ invocation: Invocation, log: Log, deadline: Deadline) {
    // Pacemaker names the node in every action of its own. Without it this is ocf-tester, crm_resource --force-...
    // or a shell: there is no score to keep.
    let tools = invocation.node.map { node in
      var tools = ClusterTools(node: node, instance: invocation.instance)
      tools.deadline = deadline
      return tools
    }
    self.init(tools: tools, instance: invocation.instance, log: log)
  }

  /// The same, with another time limit for all that is asked of it.
  package func with(deadline: Deadline) -> Cluster {
    var tools = tools
    tools?.deadline = deadline
    return Cluster(tools: tools, instance: instance, log: log)
  }

  /// The CIB as facts; nil when there is no cluster or it does not answer, which is logged.
  package func state() -> ClusterState? {
    guard let tools else { return nil }
    let bytes: [UInt8]
    do throws(CommandError) {
      bytes = try tools.queryCIB(local: true)
    } catch {
      log(.warning, "the cluster's state cannot be read: \(error.reason)")
      return nil
    }
    do throws(CIBError) {
      return try ClusterState.parse(bytes)
    } catch {
      log(.warning, error.reason)
      return nil
    }
  }
}

extension ClusterState {
  /// The node whose instance is promoted, other than `node`, on a node that is a member now.
  package func primary(of resource: String, otherThan node: String?) -> String? {
    promotedNodes(of: resource).first { $0 != node && availability(of: $0) == .online }
  }

  /// `node` as the one to follow, with the address at which the others reach it.
  package func upstream(_ node: String, for resource: String) -> Upstream {
    Upstream(node: node, address: address(of: node, for: resource))
  }
}
