/// An option file in the syntax of MySQL's programs (MySQL manual, "Using Option Files"), as far as passwords need it:
/// groups, `name = value`, quotes, comments and escapes. It includes no other files.
public struct OptionFile: Sendable, Equatable {
  private let groups: [String: [String: String]]

  /// Reads a file's text. What is no option is passed over, as the servers' own programs do for unknown ones.
  public init(_ text: String) {
    var groups: [String: [String: String]] = [:]
    var group = ""
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.trimmed
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") || line.hasPrefix("!") { continue }
      if line.hasPrefix("[") {
        group = String(line.dropFirst().prefix { $0 != "]" })
        groups[group] = groups[group] ?? [:]
        continue
      }
      let option = withoutComment(line)
      guard let equals = option.firstIndex(of: "=") else { continue }
      // A dash and an underscore are the same in names.
      let name = String(option[..<equals].trimmed.map { $0 == "_" ? "-" : $0 })
      groups[group, default: [:]][name] = Self.value(option[option.index(after: equals)...].trimmed)
    }
    self.groups = groups
  }

  /// An option of a group; nil when it is not there.
  public subscript(group: String, name: String) -> String? { groups[group]?[name] }

  /// True if there is such a group.
  public func has(_ group: String) -> Bool { groups[group] != nil }

  private static func value(_ text: Substring) -> String {
    guard let quote = text.first, quote == "'" || quote == "\"", text.count >= 2, text.last == quote else {
      return unescaped(text)
    }
    return unescaped(text.dropFirst().dropLast())
  }

  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        switch character {
        case "b": result.append("\u{8}")
        case "t": result.append("\t")
        case "n": result.append("\n")
        case "r": result.append("\r")
        case "s": result.append(" ")
        case "\\", "'", "\"": result.append(character)
        default: result += "\\" + String(character)
        }
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return isEscaped ? result + "\\" : result
  }
}

/// A comment begins anywhere outside quotes, as it does for the servers' programs (MySQL, my_default.cc,
/// remove_end_comment): what they and the agent find in a file is the same.
private func withoutComment(_ line: Substring) -> Substring {
  var quote: Character?
  var isEscaped = false
  for (index, character) in zip(line.indices, line) {
    if !isEscaped, character == "'" || character == "\"" {
      if quote == nil { quote = character } else if quote == character { quote = nil }
    }
    if quote == nil, character == "#" { return line[..<index] }
    isEscaped = quote != nil && character == "\\" && !isEscaped
  }
  return line
}

extension Substring {
  /// Without white space at both ends.
  fileprivate var trimmed: Substring {
    var rest = drop { $0.isWhitespace }
    while rest.last?.isWhitespace ?? false { rest = rest.dropLast() }
    return rest
  }
}

/// The options that a server's own files give it, as its program prints them for `--print-defaults`.
public struct ConfiguredOptions: Sendable, Equatable {
  private let values: [String: String]

  /// Reads what `mysqld --print-defaults` prints: a sentence, then all options on one line.
  public init(_ printed: String) {
    var values: [String: String] = [:]
    var last: String?
    let line = printed.split(whereSeparator: \.isNewline).last ?? ""
    for word in line.split(separator: " ") {
      if word.hasPrefix("--") {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { continue }
        var name = String(first.map { $0 == "_" ? "-" : $0 })
        if name.hasPrefix("loose-") { name = String(name.dropFirst("loose-".count)) }
        values[name] = parts.count > 1 ? parts.last.map(String.init) : ""
        last = name
      } else if let last, let value = values[last] {
        values[last] = value + " " + word
      }
    }
    self.values = values
  }

  /// An option's value, empty if it has none; nil when it is not configured.
  public subscript(name: String) -> String? { values[name] }

  /// An option that is on, off, or not configured.
  public func flag(_ name: String) -> Bool? {
    func isOn(_ value: String) -> Bool { !["0", "off", "false"].contains(value.lowercased()) }
    if let no = values["skip-" + name] ?? values["disable-" + name] { return !isOn(no) }
    return values[name].map(isOn)
  }

  /// The replica's side is wanted.
  public var wantsToAcknowledge: Bool {
    ["rpl-semi-sync-replica-enabled", "rpl-semi-sync-slave-enabled"].contains { flag($0) ?? false }
  }

  /// The source side of semi-synchronous replication is wanted, in the words of any version: a file for several has both.
  public var wantsSemiSync: Bool {
    ["rpl-semi-sync-source-enabled", "rpl-semi-sync-master-enabled"].contains { flag($0) ?? false }
  }
}
