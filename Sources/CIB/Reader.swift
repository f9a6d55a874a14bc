extension ClusterState {
  /// The facts in `bytes`, which is what `cibadmin --query` prints. Nothing outside of `bytes` is read: no network,
  /// no DTD, no entities. What a part of the document does not say is nil or empty; only a text that is not a CIB at all
  /// is an error.
  public static func parse(_ bytes: [UInt8], limits: Limits = .standard) throws(CIBError) -> ClusterState {
    let document = try CIBDocument(bytes, limits: limits)
    return try document.withRoot { root throws(CIBError) in
      guard root.isNamed("cib") else {
        throw CIBError(
          .notACIB,
          "CIB: the outermost element is '\(printable(root.name))', not 'cib'; needs the output of cibadmin --query"
        )
      }
      let reader = Reader(root: root, budget: Budget(2 * limits.attributes))
      let state = reader.clusterState()
      guard !reader.budget.isOverspent else {
        throw CIBError(
          .tooLarge,
          "CIB: too large (references and defaults repeat \(2 * limits.attributes) values); needs a simpler configuration"
        )
      }
      return state
    }
  }
}

/// Turns the elements of one document into facts. No judgement: what cannot be read is left out.
struct Reader {
  let root: Element
  let references: References
  let budget: Budget

  init(root: Element, budget: Budget) {
    self.root = root
    self.budget = budget
    references = References(root: root)
  }

  func clusterState() -> ClusterState {
    let configuration = root.child("configuration")
    return ClusterState(
      version: .init(
        adminEpoch: integer(root["admin_epoch"]) ?? 0, epoch: integer(root["epoch"]) ?? 0,
        updates: integer(root["num_updates"]) ?? 0),
      featureSet: root["crm_feature_set"],
      schema: root["validate-with"],
      lastWritten: root["cib-last-written"],
      executionDate: integer(root["execution-date"]),
      hasQuorum: boolean(root["have-quorum"]),
      designatedControllerID: root["dc-uuid"],
      options: options(configuration?.child("crm_config")),
      nodes: nodes(configuration?.child("nodes"), status: root.child("status")),
      resources: ResourceReader(self, configuration: configuration).resources())
  }

  private func options(_ section: Element?) -> ClusterState.Options {
    let sets = section.map { attributeSets(in: $0, named: "cluster_property_set") } ?? []
    return .init(sets: sets, values: ClusterState.merged(sets, first: "cib-bootstrap-options"))
  }

  /// The sets directly inside `element`, references resolved.
  func attributeSets(in element: Element, named name: StaticString) -> [ClusterState.AttributeSet] {
    element.children(name).map { attributeSet(references.resolve($0)) }
  }

  private func attributeSet(_ element: Element) -> ClusterState.AttributeSet {
    var set = ClusterState.AttributeSet(
      id: element["id"] ?? "", score: .init(element["score"] ?? "0"),
      isConditional: element.child("rule") != nil,
      values: [:])
    for reference in element.children("nvpair") where budget.spend(1) {
      let pair = references.resolve(reference)
      // With id-ref, the name may be given anew and the value comes from the other place.
      guard let name = reference["name"] ?? pair["name"], set.values[name] == nil else { continue }
      set.values[name] = pair["value"] ?? ""
    }
    return set
  }

  /// The values in force of the sets named `name` directly inside `element`.
  func values(in element: Element?, named name: StaticString) -> [String: String] {
    guard let element else { return [:] }
    return ClusterState.merged(attributeSets(in: element, named: name))
  }
}

/// The integer that `text` starts with; nil when it starts with none.
func integer(_ text: String?) -> Int? { text.flatMap(decimalPrefix(of:)) }
