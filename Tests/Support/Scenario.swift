internal import Host

/// One paragraph of a file in Tests/Scenarios; its README says what the keys mean.
package struct Scenario {
  package struct Malformed: Error {
    package let what: String
  }

  package let name: String
  private var fields: [String: String] = [:]

  /// The paragraphs of one file.
  static func file(_ name: String, beside source: String = #filePath) throws -> [Scenario] {
    let tests = source.split(separator: "/").dropLast(2).joined(separator: "/")
    let text = try Files.readText("/\(tests)/Scenarios/\(name).txt")
    var paragraphs: [[Substring]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { paragraphs.append([]) } else { paragraphs[paragraphs.count - 1].append(line) }
    }
    return try paragraphs.filter { !$0.isEmpty }.map { try Scenario($0) }
  }

  private init(_ lines: [Substring]) throws {
    for line in lines {
      guard let separator = line.firstRange(of: ": ") else { throw Malformed(what: "no key: \(line)") }
      let key = String(line[..<separator.lowerBound])
      guard fields.updateValue(String(line[separator.upperBound...]), forKey: key) == nil else {
        throw Malformed(what: "\(key) twice: \(line)")
      }
    }
    guard let name = fields.removeValue(forKey: "scenario") else {
      throw Malformed(what: "no name: \(lines)")
    }
    self.name = name
  }

  /// Takes a value out, so that what is left was not understood.
  package mutating func take(_ key: String) -> String? { fields.removeValue(forKey: key) }

  package mutating func need(_ key: String) throws -> String {
    guard let value = take(key) else { throw malformed("no \(key)") }
    return value
  }

  package mutating func takeYes(_ key: String) throws -> Bool {
    guard let value = take(key) else { return false }
    guard value == "yes" else { throw malformed("\(key): \(value)") }
    return true
  }

  /// Takes one word of a list; nil when the key is not there.
  package mutating func take<Word: RawRepresentable<String>>(_ key: String, as _: Word.Type) throws -> Word? {
    guard let value = take(key) else { return nil }
    guard let word = Word(rawValue: value) else { throw malformed("\(key): \(value)") }
    return word
  }

  /// Every key must have been understood.
  func end() throws {
    guard fields.isEmpty else { throw malformed("unknown: \(fields)") }
  }

  package func malformed(_ what: String) -> Malformed { Malformed(what: "\(name): \(what)") }

  /// The first word, and what follows it.
  package static func cut(_ text: String) -> (String, String) {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
  }
}
