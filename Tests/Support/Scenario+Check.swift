package import OCF
package import Replication

extension Scenario {
  /// Decides every scenario of a file of Tests/Scenarios and says in which something else is wanted. Every rule must have
  /// a scenario.
  /// - Parameters:
  ///   - facts: reads what was found.
  ///   - outcome: what follows, by key; an empty value stands for a key that is not there.
  package static func mismatches<Facts, Verdict>(
    in file: String, _ table: RuleTable<Facts, Verdict>, facts read: (inout Scenario) throws -> Facts,
    outcome: (Facts, Decision<Verdict>) -> [String: String]
  ) throws -> [String] {
    var found: [String] = []
    var seen: Set<String> = []
    var names: Set<String> = []
    for var scenario in try Scenario.file(file) {
      if !names.insert(scenario.name).inserted {
        found.append("\(scenario.name): there are two of this name")
      }
      let facts = try read(&scenario)
      let decision = table.decide(facts)
      seen.insert(decision.rule)
      let outcome = outcome(facts, decision).merging(["rule": decision.rule]) { $1 }
      for (key, value) in outcome.sorted(by: { $0.key < $1.key }) {
        let wanted = scenario.take(key) ?? ""
        if wanted != value { found.append("\(scenario.name): \(key): \(value); wanted: \(wanted)") }
      }
      try scenario.end()
    }
    for id in table.rows.map(\.id) + [table.otherwise.id] where !seen.contains(id) {
      found.append("\(id): has no scenario in \(file)")
    }
    return found
  }
}

/// A refused action in a scenario's words.
package func refusal(_ code: ExitCode) -> String { "refuse \(code.rawValue)" }

/// What follows for the cluster, in a scenario's words.
package func outcome(_ decision: Decision<Health>) -> [String: String] {
  let health = decision.verdict
  let score =
    switch health.promotion {
    case .score(let number): String(number)
    case .never: "never"
    case .unchanged: "unchanged"
    }
  return [
    "state": health.state, "score": score, "degraded": health.isDegraded ? "yes" : "",
    "reason": decision.because,
  ]
}
