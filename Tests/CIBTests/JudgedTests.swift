import Testing

@testable import CIB

/// What crm_mon says of a CIB.
private struct Judgement {
  struct Role: Hashable {
    let resource: String
    let node: String
    let role: String
  }
  var nodes: [String: Element] = [:]
  var roles: Set<Role> = []

  init(_ root: Element) {
    for node in root.child("nodes")?.children("node").map({ $0 }) ?? [] {
      if let name = node["name"] { nodes[name] = node }
    }
    if let resources = root.child("resources") { collect(resources) }
  }

  private mutating func collect(_ element: Element) {
    for child in element.children {
      guard child.isNamed("resource") else {
        collect(child)
        continue
      }
      for node in child.children("node") {
        roles.insert(Role(resource: child["id"] ?? "", node: node["name"] ?? "", role: child["role"] ?? ""))
      }
    }
  }
}

private func withJudgement(of name: String, _ body: (ClusterState, Judgement) -> Void) throws {
  let state = try Samples.state(name)
  let document = try CIBDocument(Samples.bytes("\(name).mon"), limits: .standard)
  try document.withRoot { root throws(CIBError) in body(state, Judgement(root)) }
}

@Test(arguments: Samples.judged)
func nodesAreAvailableAsCrmMonSays(sample: String) throws {
  try withJudgement(of: sample) { state, judgement in
    #expect(Set(state.nodes.map(\.name)) == Set(judgement.nodes.keys))
    for node in state.nodes {
      guard let said = judgement.nodes[node.name] else { continue }
      let expected: ClusterState.Availability =
        if said["unclean"] == "true" {
          .unclean
        } else if said["pending"] == "true" {
          .pending
        } else {
          said["online"] == "true" ? .online : .offline
        }
      #expect(state.availability(of: node.name) == expected, "\(sample): \(node.name)")
      // Pacemaker marks a pending node as in standby as well.
      #expect(
        node.isStandby == (said["standby"] == "true" && expected != .pending), "\(sample): \(node.name)")
      #expect(node.isInMaintenance == (said["maintenance"] == "true" && !state.options.isInMaintenance))
      #expect((state.designatedController?.name == node.name) == (said["is_dc"] == "true"))
    }
  }
}

@Test(arguments: Samples.judged)
func resourcesHaveTheRolesThatCrmMonSays(sample: String) throws {
  try withJudgement(of: sample) { state, judgement in
    var compared = 0
    for node in state.nodes {
      for resource in state.resources {
        let said = judgement.roles.filter { $0.node == node.name && $0.resource == resource.id }.map(\.role)
        let isIgnored = !state.options.isFencingEnabled && state.availability(of: node.name) == .offline
        let role = isIgnored ? .stopped : state.role(of: resource.id, on: node.name)
        // While an operation is pending, crm_mon names the operation instead of the role.
        let words: Set<String> =
          switch role {
          case .promoted: ["Promoted", "Promoting", "Demoting", "Stopping"]
          case .unpromoted: ["Unpromoted", "Started", "Starting"]
          case .stopped, .unknown: []
          }
        #expect(said.count == (words.isEmpty ? 0 : 1), "\(sample): \(resource.id) on \(node.name)")
        #expect(words.isSuperset(of: said), "\(sample): \(resource.id) on \(node.name)")
        compared += 1
      }
    }
    #expect(compared > 0 || sample == "fresh" || sample.hasPrefix("availability"))
  }
}
