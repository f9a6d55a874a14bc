internal import CLibXML2
internal import Glibc

/// An XML element. Names are compared as bytes, nothing is looked up by pasted expressions.
struct Element {
  private let node: UnsafeMutablePointer<xmlNode>

  init(_ node: UnsafeMutablePointer<xmlNode>) { self.node = node }

  /// The element's name.
  var name: String { node.pointee.name.map { String(cString: $0) } ?? "" }

  /// Whether the element's name is `name`.
  func isNamed(_ name: StaticString) -> Bool { equal(node.pointee.name, name) }

  /// The value of the attribute `name`, nil when there is none.
  subscript(_ name: StaticString) -> String? {
    var attribute = node.pointee.properties
    while let current = attribute {
      if equal(current.pointee.name, name) { return Self.value(current) }
      attribute = current.pointee.next
    }
    return nil
  }

  /// All attributes.
  var attributes: [String: String] {
    var values: [String: String] = [:]
    var attribute = node.pointee.properties
    while let current = attribute {
      if let name = current.pointee.name { values[String(cString: name)] = Self.value(current) }
      attribute = current.pointee.next
    }
    return values
  }

  /// The elements directly inside.
  var children: Children { Children(following: node.pointee.children) }

  /// The elements directly inside that are named `name`.
  func children(_ name: StaticString) -> some Sequence<Element> {
    children.lazy.filter { $0.isNamed(name) }
  }

  /// The first element directly inside that is named `name`.
  func child(_ name: StaticString) -> Element? { children.first { $0.isNamed(name) } }

  /// Elements next to each other, in document order.
  struct Children: Sequence, IteratorProtocol {
    fileprivate var following: UnsafeMutablePointer<xmlNode>?

    mutating func next() -> Element? {
      while let current = following {
        following = current.pointee.next
        if current.pointee.type == XML_ELEMENT_NODE { return Element(current) }
      }
      return nil
    }
  }

  /// An attribute's value. It is one text node; several where the text had references such as `&#10;`.
  private static func value(_ attribute: UnsafeMutablePointer<xmlAttr>) -> String {
    guard let first = attribute.pointee.children else { return "" }
    if first.pointee.next == nil { return first.pointee.content.map { String(cString: $0) } ?? "" }
    var value = ""
    var part: UnsafeMutablePointer<xmlNode>? = first
    while let current = part {
      if let content = current.pointee.content { value += String(cString: content) }
      part = current.pointee.next
    }
    return value
  }
}

private func equal(_ text: UnsafePointer<xmlChar>?, _ name: StaticString) -> Bool {
  guard let text else { return false }
  return strcmp(
    UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self),
    UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)) == 0
}
