/// Just enough XML for the flat answers of Pacemaker's tools, without loading libxml2 for them.
enum XMLAttributes {
  /// The attributes of every element with this name. What is not well formed is passed over.
  static func elements(named name: String, in text: String) -> [[String: String]] {
    // A literal "<" cannot be part of a value in XML, so each one begins a tag.
    text.split(separator: "<").compactMap { tag in
      guard tag.hasPrefix(name), let next = tag.dropFirst(name.count).first, next.isWhitespace else {
        return nil
      }
      return attributes(of: tag.dropFirst(name.count))
    }
  }

  private static func attributes(of tag: Substring) -> [String: String] {
    var rest = tag
    var found: [String: String] = [:]
    while true {
      rest = rest.drop { $0.isWhitespace }
      let name = rest.prefix { $0 != "=" && !$0.isWhitespace && $0 != ">" && $0 != "/" }
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

  private static func unescaped(_ value: Substring) -> String {
    var result = ""
    var rest = value
    while let ampersand = rest.firstIndex(of: "&") {
      result += rest[..<ampersand]
      rest = rest[ampersand...]
      guard let end = rest.firstIndex(of: ";"),
        let character = entity(rest[rest.index(after: ampersand)..<end])
      else {
        return result + rest
      }
      result.append(character)
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private static func entity(_ name: Substring) -> Character? {
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
      return code.flatMap(Unicode.Scalar.init).map(Character.init)
    }
  }
}
