extension Reader {
  /// The nodes configured, and those that are only in the status section (remote nodes may be).
  func nodes(_ section: Element?, status: Element?) -> [ClusterState.Node] {
    var nodes: [ClusterState.Node] = []
    var places: [String: Int] = [:]
    for element in section?.children("node").map({ $0 }) ?? [] {
      guard let node = configuredNode(element), places[node.id] == nil else { continue }
      places[node.id] = nodes.count
      nodes.append(node)
    }
    for state in status?.children("node_state").map({ $0 }) ?? [] {
      guard let id = state["id"] else { continue }
      if let place = places[id], nodes.indices.contains(place) {
        record(state, in: &nodes[place])
      } else {
        var node = ClusterState.Node(
          id: id, name: state["uname"] ?? id, isRemote: boolean(state["remote_node"]) ?? false)
        record(state, in: &node)
        places[id] = nodes.count
        nodes.append(node)
      }
    }
    return nodes
  }

  private func configuredNode(_ element: Element) -> ClusterState.Node? {
    guard let id = element["id"] else { return nil }
    var node = ClusterState.Node(id: id, name: element["uname"] ?? id, isRemote: false)
    switch element["type"] {
    case nil, "member", "normal": node.kind = .member
    case "remote": node.kind = .remote
    case let type?: node.kind = .other(type)
    }
    node.permanentAttributes = values(in: element, named: "instance_attributes")
    node.utilization = values(in: element, named: "utilization")
    return node
  }

  private func record(_ state: Element, in node: inout ClusterState.Node) {
    node.membership = membership(state)
    node.transientAttributes = values(in: state.child("transient_attributes"), named: "instance_attributes")
    let resources = state.child("lrm")?.child("lrm_resources")?.children("lrm_resource")
    node.histories = resources?.compactMap(history) ?? []
  }

  private func membership(_ state: Element) -> ClusterState.Membership {
    let join: ClusterState.Membership.Join? =
      switch state["join"] {
      case nil: nil
      case "down": .down
      case "pending": .pending
      case "member": .member
      case "banned": .banned
      case let word?: .other(word)
      }
    return .init(
      cluster: presence(state["in_ccm"]),
      controller: controllerPresence(state["crmd"]),
      join: join,
      isExpectedUp: state["expected"] == "member",
      isRemoteFenced: (boolean(state["node_fenced"]) ?? ((integer(state["node_fenced"]) ?? 0) > 0)))
  }

  /// `in_ccm`: a boolean up to 2.1.6, the time of entry or 0, which is a boolean too, from 2.1.7 on (crm_feature_set
  /// 3.18.0).
  private func presence(_ text: String?) -> ClusterState.Membership.Presence? {
    if let isPresent = boolean(text) { return isPresent ? .present(since: nil) : .absent }
    guard let time = integer(text), time > 0 else { return nil }
    return .present(since: time)
  }

  /// `crmd`: "online" or "offline" up to 2.1.6, the time of entry or 0 from 2.1.7 on. Anything else is offline.
  private func controllerPresence(_ text: String?) -> ClusterState.Membership.Presence {
    if text?.lowercased() == "online" { return .present(since: nil) }
    guard let time = integer(text), time > 0 else { return .absent }
    return .present(since: time)
  }
}

extension ClusterState.Node {
  fileprivate init(id: String, name: String, isRemote: Bool) {
    self.init(
      id: id, name: name, kind: isRemote ? .remote : .member, permanentAttributes: [:], utilization: [:],
      transientAttributes: [:], membership: nil, histories: [])
  }
}
