import OCF
import Replication
import TestSupport
import Testing

@Suite struct RejoinRulesTests {
  private var all: [RejoinFacts] {
    var found: [RejoinFacts] = []
    let flags = [false, true]
    for policy in RejoinPolicy.allCases {
      for failures in [0, 1, 2, 3, 7] {
        for since in [nil, Duration.zero, .seconds(59), .seconds(60), .seconds(299), .seconds(300)] {
          for bits in 0..<64 {
            var facts = RejoinFacts(policy: policy)
            facts.failures = failures
            facts.sinceFailure = since
            facts.isWorkerAlive = flags[bits & 1]
            facts.isDiverged = flags[bits >> 1 & 1]
            facts.isHalfDone = flags[bits >> 2 & 1]
            facts.isLeftDown = flags[bits >> 3 & 1]
            facts.hasPrimary = flags[bits >> 4 & 1]
            facts.isHopeless = flags[bits >> 5 & 1]
            found.append(facts)
          }
        }
      }
    }
    return found
  }

  @Test func holdsForEveryCombination() {
    var coverage = Coverage(rejoinRules)
    for facts in all {
      let step = coverage.decide(facts).verdict
      #expect((step == .watch) == facts.isWorkerAlive, "\(facts)")
      if step == .launch {
        #expect(facts.policy != .hold && facts.hasPrimary && !facts.isHopeless, "\(facts)")
        #expect(facts.failures < rejoinAttempts, "\(facts)")
        #expect(facts.isDiverged || facts.isHalfDone || facts.isLeftDown, "\(facts)")
        if let since = facts.sinceFailure {
          #expect(since >= rejoinDelay(failures: facts.failures), "\(facts)")
        }
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == [])
    #expect(coverage.sentenceOnly == ["rejoin/20 rejoin/22", "rejoin/22 rejoin/24", "rejoin/30 rejoin/32"])
  }

  @Test func waitsLongerEachTime() {
    #expect((0...4).map { rejoinDelay(failures: $0) } == [0, 60, 300, 900, 900].map { .seconds($0) })
  }

  @Test func nothingIsRemovedThatTheOperatorDoesNotAllow() {
    var coverage = Coverage(rejoinMethodRules)
    for policy in [RejoinPolicy.rewind, .reclone] {
      for bits in 0..<32 {
        let means = RejoinMeans(
          policy: policy, rewindObstacle: bits & 1 == 0 ? nil : "no",
          cloneObstacle: bits & 2 == 0 ? nil : "no",
          besideObstacle: bits & 4 == 0 ? nil : "no", mayReplaceInPlace: bits & 8 == 0,
          hasRoomInPlace: bits & 16 == 0)
        let method = coverage.decide(means).verdict
        if method == .rewind { #expect(means.rewindObstacle == nil && policy == .rewind) }
        if method == .cloneInPlace {
          #expect(means.mayReplaceInPlace && means.hasRoomInPlace && means.besideObstacle != nil)
        }
        if method == .cloneBeside { #expect(means.besideObstacle == nil) }
        if [.cloneInPlace, .cloneBeside].contains(method) { #expect(means.cloneObstacle == nil) }
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == [])
    #expect(coverage.sentenceOnly == ["method/30 method/32"])
  }

  @Test func wording() {
    var wording = Wording()
    wording.add(rejoinRules)
    wording.add(rejoinMethodRules)
    #expect(wording.problems == [])
  }
}
