import MySQLFacts
import MySQLRules
import OCF
import TestSupport
import Testing

@Suite struct StartRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(startRules)
    for facts in Looks.beforeAnAction {
      let step = coverage.decide(facts).verdict
      if facts.supervisor != nil { #expect(step == .refuse(.genericError), "\(facts)") }
      if step == .launch {
        #expect(
          facts.process == .absent && facts.answer == nil && facts.dataDirectory == .present, "\(facts)")
      }
      if step == .nothing { #expect(facts.answer?.isReadOnly ?? false, "\(facts)") }
      if step == .wait { #expect(facts.hasProcess && facts.answer == nil, "\(facts)") }
      // 7 from a start would be a claim, not a refusal; 6 would give up on every node.
      if case .refuse(let code) = step {
        #expect([.genericError, .notInstalled, .insufficientPrivileges].contains(code), "\(facts)")
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == ["start/30 start/32", "start/32 start/34"])
    #expect(coverage.sentenceOnly == ["start/12 start/20"])
  }
}

@Suite struct PromoteRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(promoteRules)
    for facts in Looks.beforeAnAction {
      let step = coverage.decide(facts).verdict
      if step == .promote {
        guard let answer = facts.answer else {
          Issue.record("promotes what did not answer: \(facts)")
          continue
        }
        #expect(answer.obstacles == [], "\(facts)")
        #expect(facts.strayTransactions == nil, "\(facts)")
        #expect(answer.channel?.applierFailure == nil || answer.hasAppliedAll, "\(facts)")
        #expect(answer.isReadOnly || answer.channel != nil, "\(facts)")
      }
      if step == .nothing {
        #expect(facts.answer.map { !$0.isReadOnly && $0.channels.isEmpty } ?? false, "\(facts)")
      }
      #expect(
        (step == .refuse(.notRunning)) == (facts.answer == nil && facts.process == .absent), "\(facts)")
      // A healthy replica is never refused.
      if let answer = facts.answer, answer.isReadOnly, answer.obstacles.isEmpty, answer.hasAppliedAll,
        facts.strayTransactions == nil
      {
        #expect(step == .promote, "\(facts)")
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == [])
    #expect(coverage.sentenceOnly == ["promote/14 promote/15", "promote/15 promote/16"])
  }
}

@Suite struct ShutdownLadderTests {
  private func rungs(_ process: InstanceFacts.Process, hasFailed: Bool, isStorageHung: Bool = false)
    -> [String]
  {
    var facts = InstanceFacts(dataDirectory: .present, process: process, connection: .notTried)
    facts.isStorageHung = isStorageHung
    return shutdownLadder(facts, hasFailed: hasFailed).map { "\($0.mode.rawValue) \($0.share)" }
  }

  @Test func literally() {
    for hasFailed in [false, true] {
      #expect(rungs(.absent, hasFailed: hasFailed) == [])
      #expect(rungs(.frozen(pid: 1), hasFailed: hasFailed) == ["kill 1000"])
    }
    #expect(rungs(.running(pid: 1), hasFailed: false) == ["orderly 800", "kill 200"])
    #expect(rungs(.running(pid: 1), hasFailed: true) == ["kill 1000"])
    #expect(rungs(.running(pid: 1), hasFailed: false, isStorageHung: true) == ["kill 1000"])
  }

  @Test func endsWithKillAndFillsTheTime() {
    for process in Looks.processes where process != .absent {
      for hasFailed in [false, true] {
        let facts = InstanceFacts(dataDirectory: .present, process: process, connection: .notTried)
        let ladder = shutdownLadder(facts, hasFailed: hasFailed)
        #expect(ladder.last?.mode == .kill)
        #expect(ladder.reduce(0) { $0 + $1.share } == 1000)
        #expect(ladder.allSatisfy { $0.share > 0 })
      }
    }
  }
}

@Suite struct WordingTests {
  @Test func everyRuleHasAnIdOfItsOwnAndASentence() {
    var wording = Wording()
    wording.add(monitorRules)
    wording.add(healthRules)
    wording.add(startRules)
    wording.add(promoteRules)
    #expect(wording.problems == [])
  }
}
