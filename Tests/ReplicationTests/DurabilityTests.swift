import OCF
import Testing

@testable import Replication

private func record(_ text: String) -> DurabilityRecord? { DurabilityRecord(text) }

@Suite struct DurabilityRecordTests {
  @Test func whatIsWrittenIsRead() {
    #expect(record("2 c a b")?.description == "2 a b c")
    for wrong in ["", "2", "0 a", "3 a b", "x a b", "1 a a", "-1 a", "a b"] { #expect(record(wrong) == nil) }
  }

  @Test func oneOfThoseThatAnsweredHasIt() throws {
    let two = try #require(record("2 a b c"))
    #expect(two.isCovered(by: ["b", "c"]))
    #expect(!two.isCovered(by: ["c"]))
    #expect(!two.isCovered(by: ["c", "d", "e"]))
    #expect(try #require(record("2 a b")).isCovered(by: ["b"]))
    #expect(!(try #require(record("1 a"))).isCovered(by: ["b"]))
  }

  /// A primary that is no member waits for one that is: what a third acknowledged to it would be looked for at the wrong place.
  @Test func onlyAMemberAcknowledgesUnlessThePrimarysOwnCopyIsAllThatIsPromised() throws {
    let one = try #require(record("1 a"))
    #expect(one.lets("b", acknowledge: "a"))
    #expect(!one.lets("b", acknowledge: "c"))
    #expect(!one.lets("b", acknowledge: nil))
    #expect(one.lets("a", acknowledge: "c"))
    let two = try #require(record("2 a b"))
    #expect(two.lets("b", acknowledge: "a"))
    #expect(!two.lets("c", acknowledge: "a"))
  }

  @Test func whatAServerWaitsFor() throws {
    #expect(
      try #require(record("2 a b c")).rule(on: "a") == AcknowledgementRule(count: 1, standbys: ["b", "c"]))
    #expect(try #require(record("1 a")).rule(on: "a") == .none)
    #expect(try #require(record("1 a")).rule(on: "b") == AcknowledgementRule(count: 1, standbys: ["a"]))
  }
}

/// Every record, rule and set of copies over four nodes: the arithmetic against its own definition.
@Suite struct DurabilityArithmeticTests {
  static let names = ["a", "b", "c", "d"]
  static let sets: [Set<String>] = (0..<16).map { bits in
    Set(names.indices.filter { bits >> $0 & 1 == 1 }.map { names[$0] })
  }
  static let records = sets.flatMap { members in
    (1...4).compactMap { DurabilityRecord(copies: $0, members: members) }
  }
  static let rules =
    [AcknowledgementRule.none]
    + sets.flatMap { standbys in
      standbys.isEmpty || standbys.contains("a")
        ? [] : (1...standbys.count).map { AcknowledgementRule(count: $0, standbys: standbys) }
    }

  private func isTrue(_ record: DurabilityRecord, of copies: Set<String>) -> Bool {
    copies.intersection(record.members).count >= record.copies
  }

  @Test func implicationMeansThatEveryCommitOfTheOneIsOfTheOther() {
    for one in Self.records {
      for other in Self.records {
        let always = Self.sets.allSatisfy { !isTrue(one, of: $0) || isTrue(other, of: $0) }
        #expect(one.implies(other) == always, "\(one) -> \(other)")
      }
    }
  }

  @Test func aRuleSatisfiesARecordIfItIsTrueOfEverythingAcknowledgedByIt() {
    for rule in Self.rules {
      for record in Self.records {
        let always = Self.sets.allSatisfy { copies in
          !copies.contains("a") || copies.intersection(rule.standbys).count < rule.count
            || isTrue(record, of: copies)
        }
        #expect(rule.satisfies(record, on: "a") == always, "\(rule) \(record)")
      }
    }
  }

  @Test func theRuleOfARecordSatisfiesItAndNoneThatWaitsForLessDoes() {
    for record in Self.records {
      let rule = record.rule(on: "a")
      #expect(rule.satisfies(record, on: "a"))
      if rule.count > 0 {
        let less = AcknowledgementRule(count: rule.count - 1, standbys: rule.standbys)
        #expect(!less.satisfies(record, on: "a"))
      }
    }
  }

  @Test func aRecordThatIncludesThePrimaryIsTrueAndAsksForNoMoreThanItsCopies() {
    for record in Self.records {
      let wider = record.including("a")
      #expect(record.implies(wider) && wider.members == record.members.union(["a"]))
      #expect(wider.rule(on: "a").count == record.copies - 1)
      // The rule that is in force where the wider one could not be confirmed.
      #expect(record.rule(on: "a").satisfies(wider, on: "a"))
    }
  }

  @Test func anElectionIsCoveredIfNoCommitCanHideFromIt() {
    for record in Self.records {
      for answered in Self.sets {
        let isSeen = Self.sets.allSatisfy { !isTrue(record, of: $0) || !$0.isDisjoint(with: answered) }
        #expect(record.isCovered(by: answered) == isSeen, "\(record) \(answered)")
      }
    }
  }
}

/// Every way from one record to another: over all states of four nodes, the steps keep every promise and end.
@Suite struct DurabilityStepTests {
  private static let sets = DurabilityArithmeticTests.sets.filter { !$0.contains("a") }

  private func walk(_ start: DurabilityFacts) {
    var facts = start
    for _ in 0..<8 {
      let (step, decision) = facts.step
      switch step {
      case .settled:
        #expect(facts.record == facts.goal)
        return
      case .giveBack:
        #expect(facts.record == nil && facts.goal == nil)
        return
      case .wait(let standbys):
        if !standbys.isDisjoint(with: facts.streaming) {
          facts.complete = facts.streaming
          continue
        }
        Issue.record("waits for \(standbys), which do not stream: \(start)")
        return
      case .set(let rule, let confirming):
        #expect(confirming == facts.record)
        if let record = facts.record {
          #expect(rule.satisfies(record, on: "a"), "\(decision.rule) breaks \(record): \(start)")
        }
        #expect(rule != facts.rule, "\(decision.rule) does nothing: \(start)")
        facts.rule = rule
      case .write(let record):
        #expect(record != facts.record, "\(decision.rule) does nothing: \(start)")
        if let record {
          #expect(facts.rule?.satisfies(record, on: "a") == true, "\(decision.rule) \(record): \(start)")
          let isImplied = facts.record?.implies(record) ?? false
          let known = facts.complete.union(["a"]).intersection(record.members).count
          #expect(isImplied || known >= record.copies, "\(decision.rule) \(record): \(start)")
        }
        facts.record = record
      }
    }
    Issue.record("does not end: \(start)")
  }

  @Test(arguments: DurabilityPolicy.allCases) func everyWayIsSafeAndEnds(policy: DurabilityPolicy) {
    let records: [DurabilityRecord?] = [nil] + DurabilityArithmeticTests.records
    for record in records {
      for rule in [nil, AcknowledgementRule.none, record?.rule(on: "a")] {
        for streaming in Self.sets {
          for acknowledgements in 1...2 {
            for isMissingTooLong in [false, true] {
              var facts = DurabilityFacts(
                primary: "a", policy: policy, acknowledgements: acknowledgements, record: record, rule: rule)
              facts.streaming = streaming
              facts.peers = Set(DurabilityArithmeticTests.names)
              facts.isMissingTooLong = isMissingTooLong
              if policy == .strict, streaming.count < acknowledgements { continue }
              walk(facts)
            }
          }
        }
      }
    }
  }

  /// Strict never promises less, whoever is gone.
  @Test func strictKeepsItsCopies() {
    for record in DurabilityArithmeticTests.records where record.copies == 2 {
      for streaming in Self.sets {
        var facts = DurabilityFacts(
          primary: "a", policy: .strict, acknowledgements: 1, record: record, rule: record.rule(on: "a"))
        facts.streaming = streaming
        facts.down = Set(DurabilityArithmeticTests.names).subtracting(streaming)
        facts.peers = Set(DurabilityArithmeticTests.names)
        facts.isMissingTooLong = true
        #expect(facts.goal.map { $0.copies >= 2 } ?? false)
      }
    }
  }
}

@Suite struct DurabilityGoalTests {
  private func facts(
    _ policy: DurabilityPolicy, _ acknowledgements: Int, record: String?, streaming: Set<String>
  ) -> DurabilityFacts {
    let record = record.flatMap { DurabilityRecord($0) }
    var facts = DurabilityFacts(
      primary: "a", policy: policy, acknowledgements: acknowledgements, record: record,
      rule: record?.rule(on: "a") ?? AcknowledgementRule.none)
    facts.streaming = streaming
    facts.peers = ["a", "b", "c"]
    return facts
  }

  @Test func asyncPromisesNothing() {
    #expect(facts(.async, 1, record: "2 a b", streaming: ["b"]).goal == nil)
  }

  @Test func whoeverStreamsIsAMember() {
    #expect(facts(.quorum, 1, record: "1 a", streaming: ["b", "c"]).goal == record("2 a b c"))
    #expect(facts(.strict, 1, record: nil, streaming: ["b"]).goal == record("2 a b"))
  }

  @Test func aMemberThatIsAwayForAMomentStays() {
    var away = facts(.quorum, 1, record: "2 a b c", streaming: ["b"])
    #expect(away.goal == record("2 a b c"))
    away.down = ["c"]
    #expect(away.goal == record("2 a b"))
    away.down = []
    away.isMissingTooLong = true
    #expect(away.goal == record("2 a b"))
  }

  @Test func quorumPromisesLessOnlyWhenTheOthersAreGone() {
    var alone = facts(.quorum, 1, record: "2 a b", streaming: [])
    #expect(alone.goal == record("2 a b"))
    #expect(durabilityGoals.decide(alone).rule == "goal/60")
    alone.down = ["b"]
    #expect(alone.goal == record("1 a"))
  }

  @Test func strictWithTooFewNodesKeepsWhatThereIs() {
    #expect(facts(.strict, 3, record: "2 a b", streaming: []).goal == record("2 a b"))
    #expect(facts(.strict, 1, record: nil, streaming: []).goal == record("2 a b c"))
  }

  @Test func nothingWasPromisedYet() {
    #expect(facts(.quorum, 1, record: nil, streaming: []).goal == record("1 a"))
    #expect(facts(.quorum, 2, record: nil, streaming: ["b"]).goal == record("2 a b"))
  }
}
