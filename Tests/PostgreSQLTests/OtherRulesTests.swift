import OCF
import PostgreSQLFacts
import PostgreSQLRules
import Replication
import TestSupport
import Testing

@Suite struct HealthRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(healthRules)
    for facts in Looks.ofHealth {
      let health = coverage.decide(facts).verdict
      let isPrimary = facts.answer.map { $0.standby == nil } ?? false
      #expect((health.promotion == .score(ScoreLevel.primary)) == isPrimary, "\(facts)")
      guard let standby = facts.answer?.standby else { continue }
      switch facts.history {
      // What has WAL of its own is never promoted, whatever its receiver says.
      case .diverged, .foreign: #expect(health.promotion == .never && health.isDegraded, "\(facts)")
      case .notCompared, .primaryUnreachable, .primaryDown, .follows:
        // One of which nobody knows when it will have replayed what it has comes after all others.
        let isWell = facts.storage == .sound && !standby.isReplayPaused && !facts.isReplayStuck
        let score = isWell ? ScoreLevel.standby : ScoreLevel.outvoted
        if standby.hasCaughtUp { #expect(health.promotion == .score(score), "\(facts)") }
      }
      if !standby.hasCaughtUp, facts.isLeftBehind || facts.isClusterUnknown || standby.isStreaming {
        #expect(health.promotion != .score(ScoreLevel.standby), "\(facts)")
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(
      coverage.unordered == [
        "health/10 health/20", "health/30 health/32", "health/50 health/51", "health/54 health/55",
        "health/55 health/56",
      ])
    #expect(
      coverage.sentenceOnly == [
        "health/04 health/05", "health/05 health/06", "health/06 health/07", "health/53 health/54",
      ])
  }

  /// A score that followed an LSN would start a transition with every monitor.
  @Test func scoresAreInTheOrderOfTheirMeaning() {
    #expect(ScoreLevel.primary > ScoreLevel.elected)
    #expect(ScoreLevel.elected > ScoreLevel.standby)
    #expect(ScoreLevel.standby > ScoreLevel.outvoted)
    #expect(ScoreLevel.outvoted > ScoreLevel.crashed)
    #expect(ScoreLevel.crashed > 0)
  }
}

@Suite struct StartRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(startRules)
    for facts in Looks.beforeAnAction {
      let step = coverage.decide(facts).verdict
      if step == .launch {
        #expect(
          facts.postmaster == .absent && !facts.hasRecoverySignal
            && facts.dataDirectory == .present(version: "15"))
      }
      if step == .nothing { #expect(facts.answer?.standby != nil) }
      if step == .wait { #expect(facts.hasPostmaster && facts.answer == nil) }
      // 7 from a start would be a claim, not a refusal; 6 would give up on every node.
      if case .refuse(let code) = step {
        #expect([.genericError, .notInstalled, .insufficientPrivileges].contains(code))
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(
      coverage.unordered == [
        "start/20 start/22", "start/22 start/23", "start/30 start/32", "start/32 start/34",
      ])
    #expect(coverage.sentenceOnly == ["start/12 start/20"])
  }
}

@Suite struct PromoteRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(promoteRules)
    for facts in Looks.beforeAnAction {
      let decision = coverage.decide(facts)
      #expect((decision.verdict == .promote) == (facts.answer?.standby != nil), "\(facts)")
      #expect(
        (decision.verdict == .nothing) == (facts.answer != nil && facts.answer?.standby == nil), "\(facts)")
      #expect(
        (decision.verdict == .refuse(.notRunning)) == (facts.answer == nil && facts.postmaster == .absent),
        "\(facts)")
      if decision.because == "nothing of it runs" { #expect(facts.postmaster == .absent) }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == [])
    #expect(coverage.sentenceOnly == [])
  }
}

@Suite struct ShutdownLadderTests {
  private func rungs(
    _ postmaster: InstanceFacts.Postmaster, hasFailed: Bool, isStorageHung: Bool = false
  ) -> [String] {
    var facts = InstanceFacts(
      dataDirectory: .present(version: "15"), postmaster: postmaster, connection: .notTried)
    facts.isStorageHung = isStorageHung
    return shutdownLadder(facts, hasFailed: hasFailed).map { "\($0.mode.rawValue) \($0.share)" }
  }

  @Test func literally() {
    for hasFailed in [false, true] {
      #expect(rungs(.absent, hasFailed: hasFailed) == [])
      #expect(rungs(.orphans([1]), hasFailed: hasFailed) == ["kill 1000"])
      #expect(rungs(.frozen(pid: 1), hasFailed: hasFailed) == ["kill 1000"])
    }
    #expect(rungs(.running(pid: 1), hasFailed: false) == ["fast 700", "immediate 150", "kill 150"])
    #expect(rungs(.running(pid: 1), hasFailed: true) == ["immediate 150", "kill 850"])
    #expect(rungs(.running(pid: 1), hasFailed: false, isStorageHung: true) == ["kill 1000"])
    #expect(rungs(.absent, hasFailed: false, isStorageHung: true) == [])
  }

  @Test func endsWithKillAndFillsTheTime() {
    for facts in Looks.beforeAnAction where facts.postmaster != .absent {
      for hasFailed in [false, true] {
        let ladder = shutdownLadder(facts, hasFailed: hasFailed)
        #expect(ladder.last?.mode == .kill)
        #expect(ladder.reduce(0) { $0 + $1.share } == 1000)
        #expect(ladder.allSatisfy { $0.share > 0 })
        #expect(!hasFailed || !ladder.contains { $0.mode == .fast })
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
    wording.add(slotRules)
    #expect(wording.problems == [])
  }
}
