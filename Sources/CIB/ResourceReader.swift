/// Finds the primitives among groups, clones and bundles, and works out what holds for each.
struct ResourceReader {
  private let reader: Reader
  private let section: Element?
  private let templates: [String: Element]
  private let resourceDefaults: [String: String]
  private let operationDefaults: [String: String]

  init(_ reader: Reader, configuration: Element?) {
    self.reader = reader
    section = configuration?.child("resources")
    var templates: [String: Element] = [:]
    for template in section?.children("template").map({ $0 }) ?? [] {
      if let id = template["id"], templates[id] == nil { templates[id] = template }
    }
    self.templates = templates
    resourceDefaults = reader.values(in: configuration?.child("rsc_defaults"), named: "meta_attributes")
    operationDefaults = reader.values(in: configuration?.child("op_defaults"), named: "meta_attributes")
  }

  func resources() -> [ClusterState.Resource] {
    var found: [ClusterState.Resource] = []
    if let section { collect(section, within: [], into: &found) }
    return found
  }

  private func collect(
    _ element: Element, within containers: [ClusterState.Container], into found: inout [ClusterState.Resource]
  ) {
    for child in element.children {
      if child.isNamed("primitive") {
        if let resource = primitive(child, within: containers) { found.append(resource) }
      } else if let container = container(child, within: containers) {
        collect(child, within: containers + [container], into: &found)
      }
    }
  }

  private func container(_ element: Element, within outer: [ClusterState.Container]) -> ClusterState
    .Container?
  {
    guard let id = element["id"] else { return nil }
    let own = reader.values(in: element, named: "meta_attributes")
    let meta = inheriting(own, from: outer.last?.metaAttributes ?? resourceDefaults)
    switch element.name {
    case "group":
      return .init(kind: .group, id: id, metaAttributes: meta, isPromotable: false)
    case "clone":
      return .init(
        kind: .clone, id: id, metaAttributes: meta, isPromotable: boolean(meta["promotable"]) ?? false)
    case "master":
      return .init(kind: .clone, id: id, metaAttributes: meta, isPromotable: true)
    case "bundle":
      return .init(kind: .bundle, id: id, metaAttributes: meta, isPromotable: hasPromotedReplicas(element))
    default:
      return nil
    }
  }

  /// `promoted-max` (`masters` before 2.0) in the container technology's element.
  private func hasPromotedReplicas(_ bundle: Element) -> Bool {
    bundle.children.contains { (integer($0["promoted-max"] ?? $0["masters"]) ?? 0) > 0 }
  }

  private func primitive(
    _ element: Element, within containers: [ClusterState.Container]
  ) -> ClusterState.Resource? {
    guard let id = element["id"] else { return nil }
    let template = element["template"].flatMap { templates[$0] }
    // As if the template's parts stood first in the primitive, which is how Pacemaker puts the two together.
    let parts = [template, element].compactMap { $0 }
    let own = merged(parts, "meta_attributes")
    return .init(
      id: id,
      agentClass: element["class"] ?? template?["class"] ?? "",
      provider: element["provider"] ?? template?["provider"],
      type: element["type"] ?? template?["type"] ?? "",
      template: element["template"],
      containers: containers,
      parameters: merged(parts, "instance_attributes"),
      metaAttributes: inheriting(own, from: containers.last?.metaAttributes ?? resourceDefaults),
      operations: operations(parts))
  }

  private func inheriting(_ own: [String: String], from outer: [String: String]) -> [String: String] {
    if own.isEmpty { return outer }
    guard reader.budget.spend(outer.count) else { return own }
    return own.merging(outer) { own, _ in own }
  }

  private func merged(_ parts: [Element], _ name: StaticString) -> [String: String] {
    ClusterState.merged(parts.flatMap { reader.attributeSets(in: $0, named: name) })
  }

  /// The operations of the template and of the primitive; the primitive's replaces the template's of the same action
  /// and interval.
  private func operations(_ parts: [Element]) -> [ClusterState.ConfiguredOperation] {
    struct Key: Hashable {
      let name: String
      let interval: Duration
    }
    var operations: [ClusterState.ConfiguredOperation] = []
    var inherited: [Key: Int] = [:]
    for part in parts {
      for block in part.children("operations") {
        for reference in reader.references.resolve(block).children("op") {
          guard reader.budget.spend(1), let new = operation(reader.references.resolve(reference)) else {
            continue
          }
          if let place = inherited[Key(name: new.name, interval: new.interval)] {
            operations[place] = new
          } else {
            operations.append(new)
          }
        }
      }
      for (place, operation) in operations.enumerated() {
        inherited[Key(name: operation.name, interval: operation.interval)] = place
      }
    }
    return operations
  }

  private func operation(_ element: Element) -> ClusterState.ConfiguredOperation? {
    guard let name = element["name"] else { return nil }
    let meta = inheriting(reader.values(in: element, named: "meta_attributes"), from: operationDefaults)
    let attributes = inheriting(element.attributes, from: meta)
    return .init(
      id: element["id"] ?? "", name: name,
      interval: duration(attributes["interval"]) ?? .zero,
      role: attributes["role"].map(currentRoleName),
      timeout: duration(attributes["timeout"]),
      onFail: attributes["on-fail"],
      isEnabled: boolean(attributes["enabled"]) ?? true,
      attributes: attributes)
  }
}

/// The role as it is written since 2.1.0.
private func currentRoleName(_ name: String) -> String {
  switch name {
  case "Master": "Promoted"
  case "Slave": "Unpromoted"
  default: name
  }
}
