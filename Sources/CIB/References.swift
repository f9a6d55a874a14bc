/// Follows `id-ref`. The index of ids is made when the first is met: most CIBs have none.
final class References {
  private let root: Element
  private var index: [String: Element]?

  init(root: Element) { self.root = root }

  /// `element`, or the element that it refers to. One step only, so that no loop is followed; a reference to nothing
  /// is the element itself, which is then empty.
  func resolve(_ element: Element) -> Element {
    guard let id = element["id-ref"] else { return element }
    return lookUp(id) ?? element
  }

  private func lookUp(_ id: String) -> Element? {
    if index == nil {
      var ids: [String: Element] = [:]
      collect(root, into: &ids)
      index = ids
    }
    return index?[id]
  }

  private func collect(_ element: Element, into ids: inout [String: Element]) {
    if let id = element["id"], ids[id] == nil { ids[id] = element }
    for child in element.children where !child.isNamed("status") { collect(child, into: &ids) }
  }
}

/// How many values may still be produced. References and inherited defaults let a small text ask for the product of its
/// parts, so what comes out is bounded, not only what goes in.
final class Budget {
  private var left: Int
  private(set) var isOverspent = false

  init(_ values: Int) { left = values }

  /// Whether `count` more may be produced; after the first refusal, nothing may.
  func spend(_ count: Int) -> Bool {
    guard !isOverspent, count <= left else {
      isOverspent = true
      return false
    }
    left -= count
    return true
  }
}
