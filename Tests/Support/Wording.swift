package import OCF

/// What the tables of one agent have in common: ids of their own that ascend, and sentences for an operator.
package struct Wording {
  private var ids: Set<String> = []
  /// What is not so.
  package private(set) var problems: [String] = []

  package init() {}

  /// Looks at one table.
  package mutating func add<Facts, Verdict>(_ table: RuleTable<Facts, Verdict>) {
    var last = 0
    for rule in table.rows + [table.otherwise] {
      let id = rule.id
      if !ids.insert(id).inserted { problems.append("\(id): there are two of this id") }
      let number = id.split(separator: "/").last.flatMap { Int($0) } ?? 0
      if number <= last { problems.append("\(id): does not come after \(last)") }
      last = number
      let words = rule.because
      if !(words.first?.isLowercase ?? false) { problems.append("\(id): begins with no small letter") }
      if let end = words.last, end.isPunctuation, end != ")" { problems.append("\(id): ends with \(end)") }
      if words.contains(where: \.isNewline) { problems.append("\(id): is more than a line") }
    }
  }
}
