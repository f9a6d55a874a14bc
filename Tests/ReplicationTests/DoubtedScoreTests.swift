import Host
import OCF
import Testing

@testable import ReplicationActions

@Suite struct DoubtedScoreTests {
  /// A monitor at a time: nil when it leaves the score, else whether it tells it anew.
  private func monitor(_ memory: inout Memory, at now: Int64, hasPrimary: Bool = true) -> Bool? {
    memory.notePublished("score", "100000")
    if memory.leavesScore(now: now, hasPrimary: { hasPrimary }) { return nil }
    return memory.published("score") == nil
  }

  @Test func aScoreThatNobodyDoubtsIsNotToldAgain() {
    var memory = Memory()
    #expect(monitor(&memory, at: 5) == false)
  }

  @Test func itIsToldAfterAPauseUntilThePrimaryCannotHaveSetItAnyMore() {
    var memory = Memory()
    memory.doubtScore(now: 100)
    for (now, tells) in [(100, nil), (109, nil), (110, true), (169, true), (170, true), (180, false)]
      as [(Int64, Bool?)]
    {
      #expect(monitor(&memory, at: now) == tells, "\(now)")
    }
  }

  @Test func withoutAPrimaryItIsToldAtOnce() {
    var memory = Memory()
    memory.doubtScore(now: 100)
    #expect(monitor(&memory, at: 101, hasPrimary: false) == true)
  }

  /// Each of these attempts follows a monitor that told the score again.
  @Test func thePauseGrowsToAMinute() {
    var memory = Memory()
    var now: Int64 = 100
    var pauses: [Int64] = []
    for _ in 1...5 {
      memory.doubtScore(now: now)
      let asked = now
      while monitor(&memory, at: now) == nil { now += 1 }
      pauses.append(now - asked)
    }
    #expect(pauses == [10, 20, 40, 60, 60])
    // Another day.
    memory.doubtScore(now: now + 120)
    #expect(monitor(&memory, at: now + 129) == nil)
    #expect(monitor(&memory, at: now + 130) == true)
  }

  /// A node that was asked, was to be promoted and failed in it starts again: the primary did not refuse.
  @Test func whoTellsEverythingAnewTellsTheScoreToo() {
    var memory = Memory()
    memory.doubtScore(now: 100)
    memory.forgetPublished()
    #expect(monitor(&memory, at: 101) == false)
  }

  /// A transition that was begun anew for another reason asks twice.
  @Test func askedTwiceInOnePauseIsOneAttempt() {
    var memory = Memory()
    memory.doubtScore(now: 100)
    memory.doubtScore(now: 102)
    #expect(monitor(&memory, at: 111) == nil)
    #expect(monitor(&memory, at: 112) == true)
  }

  private func lists(promoted: [String], demoting: [String], promoting: [String] = []) -> TransitionLists {
    var lists = TransitionLists()
    lists.promoted = promoted
    lists.demoting = demoting
    lists.promoting = promoting
    return lists
  }

  @Test func aPrimaryThatGoesWithoutASuccessorMakesItPromotableAtOnce() throws {
    let context = try FakeCluster()
    var memory = Memory()
    memory.decidedScore = 100000
    context.save(memory)
    let goes = lists(promoted: ["n2"], demoting: ["n2"])
    context.offerAgain(goes)
    #expect(context.calls == [])
    memory.doubtScore()
    context.save(memory)
    context.offerAgain(lists(promoted: ["n2"], demoting: ["n2"], promoting: ["n3"]))
    context.offerAgain(lists(promoted: ["n2"], demoting: []))
    context.offerAgain(lists(promoted: [], demoting: []))
    context.offerAgain(lists(promoted: ["n2"], demoting: ["n2", "n1"]))
    #expect(context.calls == [])
    context.offerAgain(goes)
    #expect(context.calls == ["crm_attribute --update=100000"])
    context.offerAgain(goes)
    #expect(context.calls == ["crm_attribute --update=100000"])
  }
}
