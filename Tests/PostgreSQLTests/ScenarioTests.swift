import Replication
import OCF
import PostgreSQLFacts
import PostgreSQLRules
import Testing

@Suite struct ScenarioTests {
  @Test func monitor() throws {
    try check("monitor", monitorRules, facts: { try $0.look() }) { scenario, facts, decision in
      let codeWanted = Int32(try scenario.need("code"))
      #expect(decision.verdict.rawValue == codeWanted, "\(scenario.name)")
      return decision.reason(facts, pgdata: "/srv/pg")
    }
  }

  @Test func start() throws {
    try check("start", startRules, facts: { try $0.look() }) { scenario, _, decision in
      let step =
        switch decision.verdict {
        case .nothing: "nothing"
        case .launch: "launch"
        case .wait: "wait"
        case .endFirst: "end-first"
        case .refuse(let code): "refuse \(code.rawValue)"
        }
      let stepWanted = try scenario.need("step")
      #expect(step == stepWanted, "\(scenario.name)")
      return decision.because
    }
  }

  @Test func promote() throws {
    try check("promote", promoteRules, facts: { try $0.look() }) { scenario, _, decision in
      let step =
        switch decision.verdict {
        case .nothing: "nothing"
        case .promote: "promote"
        case .refuse(let code): "refuse \(code.rawValue)"
        }
      let stepWanted = try scenario.need("step")
      #expect(step == stepWanted, "\(scenario.name)")
      return decision.because
    }
  }

  @Test func health() throws {
    try check("health", healthRules, facts: { try $0.health() }) { scenario, _, decision in
      let score =
        switch decision.verdict.promotion {
        case .score(let number): String(number)
        case .never: "never"
        case .unchanged: "unchanged"
        }
      let stateWanted = try scenario.need("state")
      #expect(decision.verdict.state == stateWanted, "\(scenario.name)")
      let scoreWanted = try scenario.need("score")
      #expect(score == scoreWanted, "\(scenario.name)")
      let degradedWanted = scenario.take("degraded")
      #expect((decision.verdict.isDegraded ? "yes" : nil) == degradedWanted, "\(scenario.name)")
      return decision.because
    }
  }

  /// Compares every scenario of a file, and sees that every rule has one.
  private func check<Facts, Verdict: Equatable>(
    _ file: String, _ table: RuleTable<Facts, Verdict>, facts read: (inout Scenario) throws -> Facts,
    verdict: (inout Scenario, Facts, Decision<Verdict>) throws -> String
  ) throws {
    var seen: Set<String> = []
    var names: Set<String> = []
    for var scenario in try Scenario.file(file) {
      #expect(names.insert(scenario.name).inserted, "\(scenario.name): there are two of this name")
      let facts = try read(&scenario)
      let decision = table.decide(facts)
      seen.insert(decision.rule)
      let ruleWanted = try scenario.need("rule")
      #expect(decision.rule == ruleWanted, "\(scenario.name)")
      let reasonWanted = try scenario.need("reason")
      let reason = try verdict(&scenario, facts, decision)
      #expect(reason == reasonWanted, "\(scenario.name)")
      try scenario.end()
    }
    #expect(seen == Set(table.rows.map(\.id) + [table.otherwise.id]))
  }
}
