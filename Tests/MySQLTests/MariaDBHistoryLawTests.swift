import MySQLFacts
import Replication
import Testing

/// What servers of one cluster hold after random failovers under `gtid_strict_mode`: in each domain a line of
/// transactions with growing numbers, whoever wrote them.
private struct Line: Hashable {
  var domains: [UInt32: [MariaDBGTID]] = [:]

  var history: MariaDBHistory { MariaDBHistory(domains.values.joined()) }

  func isPart(of other: Line) -> Bool {
    domains.allSatisfy { domain, line in (other.domains[domain] ?? []).starts(with: line) }
  }

  func standing(against other: Line) -> Standing {
    switch (isPart(of: other), other.isPart(of: self)) {
    case (true, true): .equal
    case (true, false): .behind
    case (false, true): .ahead
    case (false, false): .diverged
    }
  }
}

@Suite struct MariaDBHistoryLawTests {
  /// A server writes only where all that it wrote before is known: see `MariaDBHistory.contains`.
  private func randomLines(_ random: inout Random) -> [Line] {
    var lines = [Line()]
    var written: [[UInt32]: MariaDBGTID] = [:]
    for _ in 0..<60 {
      guard var line = lines.randomElement(using: &random) else { continue }
      let (domain, server) = (
        UInt32.random(in: 0...1, using: &random), UInt32.random(in: 1...5, using: &random)
      )
      let before = line.domains[domain] ?? []
      if let own = written[[domain, server]], !before.contains(own) { continue }
      let gap: UInt64 = Int.random(in: 0..<9, using: &random) == 0 ? 3 : 1
      let gtid = MariaDBGTID(domain: domain, server: server, sequence: (before.last?.sequence ?? 0) + gap)
      line.domains[domain] = before + [gtid]
      written[[domain, server]] = gtid
      lines.append(line)
    }
    return lines
  }

  @Test func standingIsTheOrderOfLines() {
    var seen: [Standing: Int] = [:]
    for seed in 1...12 as ClosedRange<UInt64> {
      var random = Random(seed: seed)
      let lines = randomLines(&random)
      for a in lines {
        for b in lines {
          let truth = a.standing(against: b)
          let (mine, theirs) = (a.history, b.history)
          #expect(mine.standing(against: theirs) == truth, "\(mine) \(theirs)")
          #expect(theirs.standing(against: mine) == truth.reversed, "\(mine) \(theirs)")
          seen[truth, default: 0] += 1
        }
      }
    }
    #expect(Standing.allCases.allSatisfy { seen[$0, default: 0] > 100 }, "\(seen)")
  }

  @Test func writesWhatItReadsAndMerges() throws {
    var random = Random(seed: 99)
    func randomHistory() -> MariaDBHistory {
      MariaDBHistory(
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
          MariaDBGTID(
            domain: .random(in: 0...2, using: &random), server: .random(in: 1...3, using: &random),
            sequence: .random(in: 1...9, using: &random))
        })
    }
    for _ in 0..<2000 {
      let (a, b, c) = (randomHistory(), randomHistory(), randomHistory())
      #expect(MariaDBHistory(a.description) == a)
      #expect(!a.description.contains(" "))
      #expect(a.merging(a) == a && a.merging(MariaDBHistory()) == a)
      #expect(a.merging(b) == b.merging(a))
      #expect(a.merging(b).merging(c) == a.merging(b.merging(c)))
      #expect(a.merging(b) == MariaDBHistory(a.gtids + b.gtids))
      #expect((a.gtids + b.gtids).allSatisfy(a.merging(b).contains))
      #expect(
        [.behind, .equal].contains(a.standing(against: a.merging(b))) || b.heads.contains { !a.contains($0) })
      #expect(a.standing(against: b) == b.standing(against: a).reversed)
      let errant = a.errant(comparedTo: b, primaryServerID: 1)
      #expect(errant.gtids == a.heads.filter { $0.server != 1 && !b.contains($0) })
    }
  }
}
