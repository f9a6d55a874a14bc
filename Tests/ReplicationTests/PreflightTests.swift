import OCF
import Replication
import TestSupport
import Testing

@testable import ReplicationActions

@Suite struct PreflightRulesTests {
  private var targets: [TargetReadiness?] {
    var all: [TargetReadiness?] = [nil]
    for bits in 0..<4 {
      for behind in [Int?.none, 0, 30, 31] {
        for value in ["100", "200"] {
          var target = TargetReadiness()
          target.isReceiving = bits & 1 != 0
          target.isApplying = bits & 2 != 0
          target.behind = behind
          target.settings = ["max_connections": value]
          all.append(target)
          if behind == 0 {
            target.storage = .full
            all.append(target)
          }
        }
      }
    }
    return all
  }

  @Test func scenarios() throws {
    let found = try Scenario.mismatches(
      in: "preflight", preflightRules, facts: { try $0.preflight() },
      outcome: { facts, decision in
        let verdict =
          switch decision.verdict {
          case .go: "go"
          case .refuse(let needs): "refuse, needs \(needs)"
          }
        return ["verdict": verdict, "reason": decision.because, "evidence": facts.evidence]
      })
    #expect(found == [])
  }

  @Test func holdsForEveryCombination() {
    var coverage = Coverage(preflightRules)
    for target in targets {
      for oldest in [Duration?.none, .seconds(30), .seconds(31)] {
        for (isArchiverStuck, unsent, slots, missing, unreachable) in [
          (false, UInt64?.none, Set<String>(), String?.none, String?.none), (true, 16 << 20, [], nil, nil),
          (false, 17 << 20, [], nil, nil), (false, nil, ["subscriber"], nil, nil),
          (false, nil, [], "a:1", nil),
          (false, nil, [], nil, "refused"),
        ] {
          var facts = PreflightFacts(limit: .seconds(30))
          facts.logicalSlots = slots
          facts.missing = missing
          facts.unreachable = unreachable
          facts.target = target
          facts.settings = ["max_connections": "100"]
          facts.oldestTransaction = oldest
          facts.isArchiverStuck = isArchiverStuck
          facts.unsent = unsent
          let verdict = coverage.decide(facts).verdict
          let isGood =
            target?.isReceiving == true && target?.isApplying == true && target?.behind != 31
            && target?.settings["max_connections"] == "100" && oldest != .seconds(31) && !isArchiverStuck
            && unsent != 17 << 20 && slots.isEmpty && (missing == nil || target?.behind == 30)
            && target?.storage == .sound && unreachable == nil
          #expect((verdict == .go) == isGood, "\(facts)")
        }
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == ["preflight/10 preflight/20", "preflight/42 preflight/44"])
    #expect(coverage.sentenceOnly == ["preflight/40 preflight/42"])
  }

  @Test func saysWhatDiffers() {
    var target = TargetReadiness()
    target.isReceiving = true
    target.isApplying = true
    target.settings = ["max_connections": "200", "max_wal_senders": "10", "unknown": "1"]
    var facts = PreflightFacts(limit: .seconds(30))
    facts.target = target
    facts.settings = ["max_connections": "100", "max_wal_senders": "10"]
    #expect(facts.evidence == "max_connections is 200, on the primary 100")
    #expect(preflightRules.decide(facts).rule == "preflight/30")
  }

  @Test func aSlotThatTheOtherNodeHasIsNotLost() {
    var facts = PreflightFacts(limit: .seconds(30))
    facts.target = TargetReadiness("receiving applying 0 logical-slots=orders")
    facts.logicalSlots = ["orders"]
    #expect(preflightRules.decide(facts).rule == "preflight/90")
    facts.logicalSlots = ["orders", "audit", "stock"]
    #expect(preflightRules.decide(facts).rule == "preflight/32")
    #expect(facts.evidence == "audit, stock")
  }

  @Test func wording() {
    var wording = Wording()
    wording.add(preflightRules)
    #expect(wording.problems == [])
  }
}

@Suite struct TargetReadinessTests {
  @Test func isReadAsItWasWritten() {
    var target = TargetReadiness()
    #expect(target.text == "cut-off stopped -")
    #expect(TargetReadiness(target.text) == target)
    target.isReceiving = true
    target.isApplying = true
    target.behind = 7
    target.settings = ["b": "x=y, z", "a": ""]
    #expect(target.text == "receiving applying 7 a= b=x=y,z")
    target.settings["b"] = "x=y,z"
    target.logicalSlots = ["two", "one"]
    #expect(target.text == "receiving applying 7 a= b=x=y,z logical-slots=one,two")
    #expect(TargetReadiness(target.text) == target)
    target.storage = .readOnly
    #expect(target.text == "receiving applying 7 a= b=x=y,z logical-slots=one,two storage=read-only")
    #expect(TargetReadiness(target.text) == target)
    #expect(TargetReadiness("receiving applying 7 storage=haunted")?.storage == .failing)
  }

  @Test(arguments: [
    "", "receiving", "receiving applying", "receiving 1 2", "yes applying 1", "receiving applying 1 x",
  ])
  func nothingElseIsRead(text: String) { #expect(TargetReadiness(text) == nil) }
}

@Suite struct PreflightMemoryTests {
  @Test func aRefusalIsShownForAMinute() {
    var memory = Memory()
    #expect(memory.refusedSwitchover(now: 5).isEmpty)
    memory["switchover-refused"] = "why"
    memory["switchover-refused-at"] = "100"
    #expect(memory.refusedSwitchover(now: 159).map(\.value) == ["why"])
    #expect(memory.refusedSwitchover(now: 160).map(\.value) == [""])
    #expect(memory.refusedSwitchover(now: 161).isEmpty)
  }
}

extension Scenario {
  /// What is known before a planned switchover.
  fileprivate mutating func preflight() throws -> PreflightFacts {
    var facts = PreflightFacts(limit: .seconds(30))
    if let text = take("target") {
      guard let target = TargetReadiness(text) else { throw malformed("target: \(text)") }
      facts.target = target
    }
    if let text = take("here") {
      let (name, value) = Scenario.cut(text.replacing("=", with: " "))
      facts.settings = [name: value]
    }
    facts.logicalSlots = Set((take("slots") ?? "").split(separator: " ").map { String($0) })
    facts.missing = take("missing")
    facts.unreachable = take("unreachable")
    facts.unsent = take("unsent").flatMap { UInt64($0) }
    facts.isArchiverStuck = try takeYes("archiver-stuck")
    facts.oldestTransaction = take("transaction").flatMap { Int64($0) }.map { .seconds($0) }
    facts.transaction = "pid 7 of app"
    return facts
  }
}
