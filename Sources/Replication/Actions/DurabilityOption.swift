package import CIB
internal import Host
package import Replication

/// The durability record of a resource, where it stands: in the cluster's configuration, RESOURCE-durability.
package struct DurabilityOption {
  private let tools: ClusterTools
  private let resource: String

  /// For the instance of `context`; nil outside a cluster.
  package init?(_ context: some ActionContext) {
    guard let tools = context.cluster.tools else { return nil }
    self.tools = tools
    resource = context.cluster.instance
  }

  private static let set = "martlet"
  private var name: String { "\(resource)-durability" }
  private var acceptance: String { "\(resource)-accept-loss" }

  /// What stands there; nil for no promise.
  package func read() throws(Unknown) -> DurabilityRecord? {
    try parse(try asking { () throws(CommandError) in try tools.clusterOption(name, set: Self.set) })
  }

  /// The same, from a copy of the configuration.
  package func read(_ state: ClusterState) throws(Unknown) -> DurabilityRecord? {
    try parse(state.options[name])
  }

  private func parse(_ text: String?) throws(Unknown) -> DurabilityRecord? {
    guard let text else { return nil }
    guard let record = DurabilityRecord(text) else {
      throw Unknown(
        "the cluster option \(name) is \"\(text)\"; needs a number of copies and at least as many nodes")
    }
    return record
  }

  /// Writes the record, or removes it.
  package func write(_ record: DurabilityRecord?) throws(Unknown) {
    try asking { () throws(CommandError) in
      if let record {
        try tools.setClusterOption(name, record.description, set: Self.set)
      } else {
        try tools.deleteClusterOption(name, set: Self.set)
      }
    }
  }

  /// Whether every node that may ever take part in an election knows this record: this partition has quorum, each of its
  /// nodes shows the record, and the others are out in good order. A partition that lost this node may have an older
  /// one: that a write succeeded says nothing (a node that is cut off writes to itself, and still believes in its
  /// quorum for seconds).
  package func confirm(_ record: DurabilityRecord?, _ state: ClusterState) throws(Unknown) {
    let members = state.nodes.filter { $0.kind == .member }
    for node in members {
      switch state.availability(of: node.name) {
      case .offline: continue
      case .online: break
      case .pending, .unclean: throw Unknown("\(node.name) is \(state.availability(of: node.name))")
      }
      let text = try asking { () throws(CommandError) in try tools.clusterOption(name, on: node.name) }
      guard text == record?.description else {
        throw Unknown(
          "\(node.name) has \(name)=\(text ?? "nothing") and not \(record?.description ?? "nothing")")
      }
    }
    // Last: answers from before a partition count only if there still is a quorum after them.
    guard try asking({ () throws(CommandError) in try tools.hasQuorum() }) else {
      throw Unknown("this partition has no quorum")
    }
  }

  /// The node whose promotion was allowed although acknowledged commits may be lost; nil for none.
  package func acceptedNode() throws(Unknown) -> String? {
    try asking { () throws(CommandError) in try tools.clusterOption(acceptance, set: Self.set) }
  }

  /// The same, from a copy of the configuration.
  package func acceptedNode(_ state: ClusterState) -> String? { state.options[acceptance] }

  /// The permission was for one promotion.
  package func removeAcceptance() throws(Unknown) {
    try asking { () throws(CommandError) in try tools.deleteClusterOption(acceptance, set: Self.set) }
  }

  /// What to type to promote `node` although acknowledged commits may be lost.
  package func acceptanceCommand(_ node: String) -> String {
    "crm_attribute --type=crm_config --set-name=\(Self.set) --name=\(acceptance) --update=\(node)"
  }

  private func asking<R>(_ body: () throws(CommandError) -> R) throws(Unknown) -> R {
    do throws(CommandError) {
      return try body()
    } catch {
      throw Unknown(error.reason)
    }
  }
}

extension ActionContext {
  /// Whether the cluster's configuration tells on which nodes acknowledged commits are. What cannot be read tells nothing.
  package func isPromised(_ state: ClusterState, _ wish: DurabilityWish) -> Bool {
    guard wish.policy != .async, let option = DurabilityOption(self) else { return false }
    return (try? option.read(state)) ?? nil != nil
  }
}
