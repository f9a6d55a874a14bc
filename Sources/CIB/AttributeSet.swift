extension ClusterState {
  /// One `<instance_attributes>`, `<meta_attributes>`, `<cluster_property_set>` or the like, `id-ref` resolved.
  public struct AttributeSet: Sendable, Equatable {
    /// The set's XML id, empty when it has none.
    public var id: String
    /// Which of several sets is looked at first: the higher.
    public var score: Score
    /// Whether a `<rule>` decides when the set holds. Rules look at the date and at node attributes and are not
    /// evaluated here; such a set is listed, but takes no part in merged values.
    public var isConditional: Bool
    /// Name to value. Within a set the first of two equal names holds.
    public var values: [String: String]
  }

  /// The values that hold when several sets are put together: the set named `first`, then the higher score, then the
  /// one further down in the document (as crm_resource -g of 2.1.5 answers; the manual leaves it open), and the first
  /// to name a value wins. Conditional sets are left out.
  static func merged(_ sets: [AttributeSet], first: String? = nil) -> [String: String] {
    var values: [String: String] = [:]
    for set in ordered(sets, first: first) where !set.isConditional {
      values.merge(set.values) { earlier, _ in earlier }
    }
    return values
  }

  private static func ordered(_ sets: [AttributeSet], first: String?) -> [AttributeSet] {
    guard sets.count > 1 else { return sets }
    return sets.enumerated().sorted { left, right in
      if let first, (left.element.id == first) != (right.element.id == first) {
        return left.element.id == first
      }
      if left.element.score != right.element.score { return left.element.score > right.element.score }
      return left.offset > right.offset
    }.map(\.element)
  }
}

/// Pacemaker's reading of a boolean (true, on, yes, y, 1 and their opposites, in any letter case); nil for any other
/// text.
func boolean(_ text: String?) -> Bool? {
  switch text?.lowercased() {
  case "true", "on", "yes", "y", "1": true
  case "false", "off", "no", "n", "0": false
  default: nil
  }
}
