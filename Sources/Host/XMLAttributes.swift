/// Just enough XML for the flat answers of Pacemaker's tools, without loading libxml2 for them.
enum XMLAttributes {
  // Scalars, not Characters: a combining mark after a quote would make the two one Character.
  private typealias Text = Substring.UnicodeScalarView

  /// The attributes of every element with this name. What is not well formed is passed over.
  static func elements(named name: String, in text: String) -> [[String: String]] {
    // A literal "<" cannot be part of a value in XML, so each one begins a tag.
    Text(text.unicodeScalars[...]).split(separator: "<").compactMap { tag in
      guard tag.starts(with: name.unicodeScalars) else { return nil }
      let rest = tag.dropFirst(name.unicodeScalars.count)
      guard let next = rest.first, next.properties.isWhitespace else { return nil }
      return attributes(of: rest)
    }
  }

  private static func attributes(of tag: Text) -> [String: String] {
    var rest = tag
    var found: [String: String] = [:]
    while true {
      rest = rest.drop { $0.properties.isWhitespace }
      let name = rest.prefix { $0 != "=" && !$0.properties.isWhitespace && $0 != ">" && $0 != "/" }
      rest = rest.dropFirst(name.count)
      guard !name.isEmpty, rest.first == "=", let quote = rest.dropFirst().first,
        quote == "\"" || quote == "'"
      else {
        return found
      }
      rest = rest.dropFirst(2)
      let value = rest.prefix { $0 != quote }
      guard value.endIndex < rest.endIndex else { return found }
      found[String(name)] = unescaped(value)
      rest = rest[rest.index(after: value.endIndex)...]
    }
  }

  private static func unescaped(_ value: Text) -> String {
    var result = String.UnicodeScalarView()
    var rest = value
    while let ampersand = rest.firstIndex(of: "&") {
      result.append(contentsOf: rest[..<ampersand])
      rest = rest[ampersand...]
      guard let end = rest.firstIndex(of: ";"), let scalar = entity(String(rest[..<end].dropFirst())) else {
        break
      }
      result.append(scalar)
      rest = rest[rest.index(after: end)...]
    }
    result.append(contentsOf: rest)
    return String(result)
  }

  private static func entity(_ name: String) -> Unicode.Scalar? {
    switch name {
    case "lt": return "<"
    case "gt": return ">"
    case "amp": return "&"
    case "quot": return "\""
    case "apos": return "'"
    default:
      guard name.hasPrefix("#") else { return nil }
      let number = name.dropFirst()
      let code = number.hasPrefix("x") ? UInt32(number.dropFirst(), radix: 16) : UInt32(number)
      return code.flatMap(Unicode.Scalar.init)
    }
  }
}
