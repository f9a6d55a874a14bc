import PostgreSQLFacts
import Replication
import Testing

@Suite struct WALPositionTests {
  private func position(_ text: String) throws -> WALPosition { try #require(WALPosition(text)) }

  @Test(arguments: [
    ("1:0/5000", "1:0/5000", Standing.equal), ("1:0/4000", "1:0/5000", .behind),
    ("1:0/5000", "1:0/4000", .ahead),
    // The old primary never went past the place where the new one began, or did.
    ("1:0/3000", "2:0/9000,1@0/3000", .behind), ("1:0/3001", "2:0/9000,1@0/3000", .diverged),
    // A standby that was promoted by mistake has a higher timeline, and more bytes; it is nobody's descendant.
    ("3:0/9999,1@0/2000", "2:0/5000,1@0/3000", .diverged), ("7:0/9999,1@0/2000", "1:0/2001", .diverged),
    // It has all that somebody who stopped where it began has.
    ("7:0/9999,1@0/2000", "1:0/2000", .ahead),
    // Two promotions in ignorance of each other took the same number.
    ("2:0/5000,1@0/3000", "2:0/5000,1@0/3001", .diverged),
    // Two generations.
    ("1:0/3000", "3:0/9000,1@0/3000,2@0/5000", .behind),
    ("2:0/5000,1@0/3000", "3:0/9000,1@0/3000,2@0/5000", .behind),
    ("2:0/5001,1@0/3000", "3:0/9000,1@0/3000,2@0/5000", .diverged),
    ("2:0/4000,1@0/2000", "3:0/9000,1@0/3000,2@0/5000", .diverged),
    // They took it at the same place, too: only how it began tells them apart.
    ("2:0/5000,1@0/3000,2#0000000a", "2:0/6000,1@0/3000,2#0000000b", .diverged),
    ("2:0/5000,1@0/3000,2#0000000a", "3:0/6000,1@0/3000,2@0/5500,2#0000000b", .diverged),
    ("2:0/5000,1@0/3000,2#0000000a", "2:0/6000,1@0/3000,2#0000000a", .behind),
    ("2:0/5000,1@0/3000", "2:0/6000,1@0/3000,2#0000000b", .behind),
    // It never got so far as to the timeline that began twice.
    ("1:0/3000", "2:0/6000,1@0/3000,2#0000000b", .behind),
    // Just promoted, nothing written.
    ("1:0/3000", "2:0/3000,1@0/3000", .behind), ("2:0/3000,1@0/3000", "3:0/3000,1@0/3000,2@0/3000", .behind),
  ])
  func compares(one: String, other: String, standing: Standing) throws {
    let (one, other) = (try position(one), try position(other))
    #expect(one.standing(against: other) == standing)
    #expect(other.standing(against: one) == standing.reversed)
  }

  @Test func aTimelineThatBeganTwiceIsNoCommonGround() throws {
    let (one, other) = (
      try position("2:0/5000,1@0/3000,2#0000000a"), try position("2:0/6000,1@0/3000,2#0000000b")
    )
    #expect(one.twin(in: other) == Timeline(2))
    #expect(one.fork(with: other).map { "\($0.timeline)@\($0.at)" } == "1@0/3000")
    #expect(try one.twin(in: position("2:0/6000,1@0/3000")) == nil)
    #expect(one.beginning(of: try #require(Timeline(2))).map { "\($0)" } == "0/3000")
    #expect(one.beginning(of: try #require(Timeline(1))) == nil)
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let text = "3:0/6000148,1@0/3000000,2@0/5000000,2#00b1e2f3,3#ffffffff"
    #expect(try position(text).description == text)
    for wrong in ["3:0/1,2#", "3:0/1,2#0b1e2f3", "3:0/1,#00b1e2f3", "3:0/1,0#00b1e2f3", "3:0/1,2#+0b1e2f3"] {
      #expect(WALPosition(wrong) == nil)
    }
  }

  /// Servers of one cluster through random promotions, each with the true history that it holds: a place on a branch.
  @Test func standingIsTheOrderOfHistories() {
    for seed in 1...40 as ClosedRange<UInt64> {
      var random = Random(seed: seed)
      let positions = randomPositions(&random)
      for a in positions {
        #expect(a.standing(against: a) == .equal)
        for b in positions {
          let standing = a.standing(against: b)
          #expect(b.standing(against: a) == standing.reversed, "\(a) \(b)")
          #expect((standing == .equal) == (a == b), "\(a) \(b)")
          #expect(standing == truth(a, b), "\(a) \(b)")
          guard standing == .behind else { continue }
          for c in positions where b.standing(against: c) == .behind {
            #expect(a.standing(against: c) == .behind, "\(a) \(b) \(c)")
          }
        }
      }
    }
  }

  /// Independent of the code under test: a history is the list of stretches of timelines; it is a part of another
  /// when each of its stretches is one, from the beginning on.
  private func truth(_ a: WALPosition, _ b: WALPosition) -> Standing {
    func isPart(_ a: WALPosition, _ b: WALPosition) -> Bool {
      let mine = a.ancestry + [Fork(timeline: a.timeline, at: a.lsn)]
      let theirs = b.ancestry + [Fork(timeline: b.timeline, at: b.lsn)]
      guard mine.count <= theirs.count else { return false }
      for (index, stretch) in mine.enumerated() {
        guard stretch.timeline == theirs[index].timeline else { return false }
        let isLast = index == mine.count - 1
        guard isLast ? stretch.at <= theirs[index].at : stretch == theirs[index] else { return false }
      }
      return true
    }
    switch (isPart(a, b), isPart(b, a)) {
    case (true, true): return .equal
    case (true, false): return .behind
    case (false, true): return .ahead
    case (false, false): return .diverged
    }
  }

  private func randomPositions(_ random: inout Random) -> [WALPosition] {
    guard let first = Timeline(1 as UInt32) else { return [] }
    var tips = [WALPosition(timeline: first, lsn: LSN(100))]
    var seen: Set<String> = []
    var all: [WALPosition] = []
    while all.count < 24 {
      let tip = tips[Int(random.next() % UInt64(tips.count))]
      let lsn = LSN(tip.lsn.bytes + random.next() % 3)
      var next = WALPosition(timeline: tip.timeline, lsn: lsn, ancestry: tip.ancestry)
      if random.next() % 3 == 0, let timeline = Timeline(tip.timeline.number + 1 + UInt32(random.next() % 2))
      {
        // A promotion; the same number may have been taken by another node already.
        next = WALPosition(
          timeline: timeline, lsn: lsn, ancestry: tip.ancestry + [Fork(timeline: tip.timeline, at: lsn)])
      }
      tips.append(next)
      if seen.insert(next.description).inserted { all.append(next) }
    }
    return all
  }

  @Test func writesWhatItReads() throws {
    var random = Random(seed: 7)
    for position in randomPositions(&random) { #expect(WALPosition(position.description) == position) }
    let text = "3:0/6000148,1@0/3000000,2@0/5000000"
    let position = try position(text)
    #expect(position.description == text)
    #expect(position.ancestry.map(\.timeline.number) == [1, 2])
  }

  @Test(arguments: [
    "", "1", "1:", ":0/1", "0:0/1", "1:0/1,", "1:0/1,2", "1:0/1,2:0/1", "1@0/1", "1:0/1 ", "1:0/1,0@0/1",
    "abstains",
    "1:0/1:0/2", "2:0/1,1@0/1@0/2",
  ])
  func refusesWhatIsNoPosition(text: String) {
    #expect(WALPosition(text) == nil)
  }

  @Test func readsARealHistoryFile() throws {
    let forks = try #require(Fork.ancestry(historyFile: "1\t0/4000060\tno recovery target specified\n"))
    #expect(words(forks) == ["1@0/4000060"])
    let three = """
      # a comment
      1\t0/3000000\tno recovery target specified

      2\t0/5000000\tbefore 2000-01-01 00:00:00+00

      4\t0/5000000\tat restore point "x"

      """
    #expect(Fork.ancestry(historyFile: three).map(words) == ["1@0/3000000", "2@0/5000000", "4@0/5000000"])
    #expect(Fork.ancestry(historyFile: "") == [])
  }

  private func words(_ forks: [Fork]) -> [String] { forks.map { "\($0.timeline)@\($0.at)" } }

  @Test(arguments: [
    "1\n", "x\t0/1\n", "1\t0\tz\n", "0\t0/1\tz\n", "2\t0/1\tz\n1\t0/2\tz\n", "1\t0/1\tz\n1\t0/2\tz\n",
    "1\t0/3\tz\n2\t0/2\tz\n", "\u{0}\u{1}",
  ])
  func refusesAHistoryFileThatCannotBe(text: String) {
    #expect(Fork.ancestry(historyFile: text) == nil)
  }
}
