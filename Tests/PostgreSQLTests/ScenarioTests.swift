import OCF
import PostgreSQLFacts
import PostgreSQLRules
import TestSupport
import Testing

@Suite struct ScenarioTests {
  @Test func monitor() throws {
    let found = try Scenario.mismatches(
      in: "postgresql-monitor", monitorRules, facts: { try $0.look() },
      outcome: { facts, decision in
        [
          "code": String(decision.verdict.rawValue),
          "reason": decision.reason(facts, pgdata: "/srv/pg"),
        ]
      })
    #expect(found == [])
  }

  @Test func start() throws {
    let found = try Scenario.mismatches(
      in: "postgresql-start", startRules, facts: { try $0.look() },
      outcome: { _, decision in
        let step =
          switch decision.verdict {
          case .nothing: "nothing"
          case .launch: "launch"
          case .wait: "wait"
          case .endFirst: "end-first"
          case .refuse(let code): refusal(code)
          }
        return ["step": step, "reason": decision.because]
      })
    #expect(found == [])
  }

  @Test func promote() throws {
    let found = try Scenario.mismatches(
      in: "postgresql-promote", promoteRules, facts: { try $0.look() },
      outcome: { _, decision in
        let step =
          switch decision.verdict {
          case .nothing: "nothing"
          case .promote: "promote"
          case .refuse(let code): refusal(code)
          }
        return ["step": step, "reason": decision.because]
      })
    #expect(found == [])
  }

  @Test func health() throws {
    let found = try Scenario.mismatches(
      in: "postgresql-health", healthRules, facts: { try $0.health() }, outcome: { outcome($1) })
    #expect(found == [])
  }
}
