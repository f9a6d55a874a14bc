import MySQLFacts
import MySQLRules
import OCF
import TestSupport
import Testing

@Suite struct ScenarioTests {
  @Test func monitor() throws {
    let found = try Scenario.mismatches(
      in: "mysql-monitor", monitorRules, facts: { try $0.look() },
      outcome: { facts, decision in
        [
          "code": String(decision.verdict.rawValue),
          "reason": decision.reason(facts, datadir: "/srv/mysql"),
        ]
      })
    #expect(found == [])
  }

  @Test func start() throws {
    let found = try Scenario.mismatches(
      in: "mysql-start", startRules, facts: { try $0.look() },
      outcome: { _, decision in
        let step =
          switch decision.verdict {
          case .nothing: "nothing"
          case .launch: "launch"
          case .wait: "wait"
          case .refuse(let code): refusal(code)
          }
        return ["step": step, "reason": decision.because]
      })
    #expect(found == [])
  }

  @Test func promote() throws {
    let found = try Scenario.mismatches(
      in: "mysql-promote", promoteRules, facts: { try $0.look() },
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
      in: "mysql-health", healthRules, facts: { try $0.health() }, outcome: { outcome($1) })
    #expect(found == [])
  }
}
