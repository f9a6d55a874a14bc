package import OCF

/// What an enumeration showed of a table: which rows decided, and which neighbours' order matters.
package struct Coverage<Facts, Verdict: Sendable & Equatable> {
  private let table: RuleTable<Facts, Verdict>
  package private(set) var decided: Set<String> = []
  private var both: Set<Int> = []

  package init(_ table: RuleTable<Facts, Verdict>) { self.table = table }

  /// The rows' ids in their order, the last one's included.
  package var ids: [String] { table.rows.map(\.id) + [table.otherwise.id] }

  /// Notes one combination and returns its decision.
  package mutating func decide(_ facts: Facts) -> Decision<Verdict> {
    let decision = table.decide(facts)
    decided.insert(decision.rule)
    // Only the row right behind the one that decided could take its place by a swap.
    if let index = table.rows.firstIndex(where: { $0.id == decision.rule }), index + 1 < table.rows.count,
      table.rows[index + 1].applies(facts)
    {
      both.insert(index)
    }
    return decision
  }

  /// Neighbours of which no combination fits both: their order says nothing.
  package var unordered: [String] { pairs { !both.contains($0) } }

  /// Neighbours that may both fit, with the same verdict: a swap changes the sentence alone.
  package var sentenceOnly: [String] {
    pairs { both.contains($0) && table.rows[$0].verdict == table.rows[$0 + 1].verdict }
  }

  private func pairs(_ holds: (Int) -> Bool) -> [String] {
    table.rows.indices.dropLast().filter(holds).map { "\(table.rows[$0].id) \(table.rows[$0 + 1].id)" }
  }
}
