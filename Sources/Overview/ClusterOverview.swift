public import CIB
internal import OCF
internal import Replication

/// A cluster at a glance.
public struct ClusterOverview: Sendable, Equatable {
  /// Its name, where the configuration has one.
  public var name: String?
  /// Whether this partition has quorum; nil when not recorded.
  public var hasQuorum: Bool?
  /// Whether lost nodes are fenced.
  public var isFencingOn: Bool
  /// Whether the whole cluster is left alone.
  public var isInMaintenance: Bool
  /// The node that decides.
  public var controller: String?
  /// Every node and what can be counted on from it, in the order of the configuration.
  public var nodes: [(name: String, availability: ClusterState.Availability)]
  /// The databases, in the order of the configuration.
  public var resources: [ResourceOverview]

  /// The worst of the databases; a cluster without any needs somebody.
  public var condition: Condition { resources.map(\.decision.verdict).max() ?? .warning }

  /// What the CIB says.
  public init(_ state: ClusterState) {
    name = state.options["cluster-name"]
    hasQuorum = state.hasQuorum
    isFencingOn = state.options.isFencingEnabled
    isInMaintenance = state.options.isInMaintenance
    controller = state.designatedController?.name
    nodes = state.nodes.map { ($0.name, state.availability(of: $0.name)) }
    resources = state.resources.filter { $0.provider == "martlet" && $0.isPromotable }.map {
      state.overview(of: $0)
    }
  }

  /// That there is no such database, and which there are.
  public func noDatabase(_ id: String) -> String {
    let known = resources.map(\.id).joined(separator: ", ")
    return "\(id): is no database of this cluster; there is \(known.isEmpty ? "none" : known)"
  }

  /// The same cluster in the same state.
  public static func == (left: ClusterOverview, right: ClusterOverview) -> Bool {
    left.name == right.name && left.hasQuorum == right.hasQuorum && left.isFencingOn == right.isFencingOn
      && left.isInMaintenance == right.isInMaintenance && left.controller == right.controller
      && left.nodes.elementsEqual(right.nodes, by: ==) && left.resources == right.resources
  }
}

extension ClusterState {
  fileprivate func overview(of resource: Resource) -> ResourceOverview {
    var places = nodes.filter { $0.kind == .member }.map { seen(of: resource, on: $0) }
    let hasPrimary = places.contains { $0.instance.role == .primary }
    // After a reload, or in maintenance, the history has no word left of the promotion; the agent has.
    if !hasPrimary {
      for index in places.indices
      where places[index].deeds.mayBePrimary && places[index].instance.state == "primary" {
        places[index].instance.role = .primary
      }
    }
    var overview = ResourceOverview(id: resource.id, agent: resource.type, instances: places.map(\.instance))
    overview.clone = resource.clone?.id ?? resource.id
    overview.record = options["\(resource.id)-durability"].flatMap { DurabilityRecord($0) }
    overview.isInMaintenance = nodes.allSatisfy { !isManaged(resource.id, on: $0.name) }
    overview.hasQuorum = hasQuorum ?? true || options.noQuorumPolicy == .ignore
    return overview
  }

  private func seen(of resource: Resource, on node: Node) -> (instance: InstanceOverview, deeds: Deeds) {
    let done = histories(of: resource.id, on: node.name).flatMap(\.inOrder)
    let deeds = Deeds(done)
    let availability = availability(of: node.name)
    let copy: InstanceOverview.Role = resource.type == "postgresql" ? .standby : .replica
    let role: InstanceOverview.Role =
      switch role(of: resource.id, on: node.name) {
      // The scheduler takes for promoted what may be; only what has been promoted takes writes.
      case .promoted: deeds.isPrimary ? .primary : copy
      case .unpromoted: copy
      case .stopped: .stopped
      case .unknown: availability == .online ? .stopped : .unknown
      }
    let isKnown = availability == .online || availability == .pending
    var instance = InstanceOverview(
      node: node.name, availability: availability,
      role: isKnown ? role : availability == .offline ? .stopped : .unknown)
    instance.isOnStandby = node.isStandby
    guard isKnown else { return (instance, Deeds([])) }
    func said(_ name: String) -> String? {
      node.transientAttributes["\(resource.id)-\(name)"].flatMap { $0.isEmpty ? nil : $0 }
    }
    instance.isManaged = isManaged(resource.id, on: node.name)
    instance.state = deeds.activity ?? said("state")
    instance.lagBytes = said("lag-bytes").flatMap { Int($0) }
    instance.lagSeconds = said("lag-seconds").flatMap { Int($0) }
    instance.score = promotionScore(of: resource.id, on: node.name)
    instance.failures = failures(of: resource.id, on: node.name).reduce(0) { $0 + max(0, $1.count.rawValue) }
    let changes = ["start", "stop", "promote", "demote"]
    instance.since = done.last { changes.contains($0.name) }?.lastChange
    instance.reason = reason(done)
    instance.remarks = remarks(said)
    return (instance, deeds)
  }

  /// What the last action that answered said, if it was not content.
  private func reason(_ done: [Operation]) -> String? {
    guard let last = done.last(where: { $0.status != .pending && $0.name != "notify" }),
      !last.exitReason.isEmpty,
      ![0, 7, 8].contains(last.exitCode) || last.status != .done
    else { return nil }
    return last.exitReason
  }

  private func remarks(_ said: (String) -> String?) -> [String] {
    var remarks: [String] = []
    for (name, words) in [
      ("storage", "storage"), ("connections", "connections"), ("slots", "slots"), ("rejoin", "rejoin"),
    ] {
      if let value = said(name) { remarks.append("\(words): \(value)") }
    }
    if let why = said("switchover") { remarks.append(InstanceOverview.refusal + why) }
    if let prepared = said("prepared") {
      let age = said("prepared-age").map { ", the oldest for \($0) s" } ?? ""
      remarks.append("in doubt: \(prepared) prepared transactions\(age)")
    }
    return remarks
  }
}
