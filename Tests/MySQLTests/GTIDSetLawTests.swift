import MySQLFacts
import Replication
import Testing

/// A set as text in no order, with repetitions, and the same as every GTID in it, which is what the laws are judged by.
struct RandomGTIDSet {
  let text: String
  let truth: Set<String>

  static let sources = [
    "3e11fa47-71ca-11e1-9e33-c80aa9429562", "2174b383-5441-11e8-b90a-c80aa9429562",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
  ]

  /// Few sources, tags and numbers, so that two sets often meet; some numbers are the last that there are.
  init(_ random: inout Random) {
    var parts: [String] = []
    var truth: Set<String> = []
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let source = Self.sources.randomElement(using: &random) ?? ""
      var part = Bool.random(using: &random) ? source : source.uppercased()
      var series = source
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        if Int.random(in: 0..<4, using: &random) == 0 {
          let tag = ["a", "b_1", "_"].randomElement(using: &random) ?? ""
          part += ":\(Bool.random(using: &random) ? tag : tag.uppercased())"
          series = "\(source):\(tag)"
        }
        let base: UInt64 = Int.random(in: 0..<5, using: &random) == 0 ? 9_223_372_036_854_775_792 : 0
        let first = base + .random(in: 1...14, using: &random)
        let last = first + .random(in: 0...(base + 14 - first), using: &random)
        part += first == last ? ":\(first)" : ":\(first)-\(last)"
        for number in first...last { truth.insert("\(series):\(number)") }
      }
      parts.append(part)
    }
    text = parts.joined(separator: [",", ", ", ",\n"].randomElement(using: &random) ?? ",")
    self.truth = truth
  }
}

@Suite struct GTIDSetLawTests {
  private func set(_ text: String) throws -> GTIDSet { try #require(GTIDSet(text), "\(text)") }

  /// Every GTID, by reading what the set says of itself.
  private func expanded(_ set: GTIDSet) -> Set<String> {
    var all: Set<String> = []
    for part in set.description.split(separator: ",") {
      let words = part.split(separator: ":")
      var series = words.first ?? ""
      for word in words.dropFirst() {
        let ends = word.split(separator: "-").compactMap { UInt64($0) }
        if let first = ends.first, let last = ends.last {
          for number in first...last { all.insert("\(series):\(number)") }
        } else {
          series = "\(words.first ?? ""):\(word)"[...]
        }
      }
    }
    return all
  }

  private func isCanonical(_ set: GTIDSet) -> Bool {
    let text = set.description
    return !text.contains(where: \.isWhitespace) && GTIDSet(text) == set && GTIDSet(text)?.description == text
  }

  @Test func setsBehaveLikeSets() throws {
    var random = Random(seed: 11)
    for _ in 0..<2000 {
      let (one, two) = (RandomGTIDSet(&random), RandomGTIDSet(&random))
      let (a, b) = (try set(one.text), try set(two.text))
      let words: Comment = "\(one.text) | \(two.text)"
      #expect(expanded(a) == one.truth, words)
      #expect(isCanonical(a), words)
      #expect(a.isEmpty == one.truth.isEmpty, words)
      #expect(a.transactionCount == UInt64(one.truth.count), words)
      #expect((a == b) == (one.truth == two.truth), words)
      for (made, truth) in [
        (a.union(b), one.truth.union(two.truth)), (a.subtracting(b), one.truth.subtracting(two.truth)),
        (a.intersection(b), one.truth.intersection(two.truth)),
      ] {
        #expect(expanded(made) == truth, words)
        #expect(isCanonical(made), words)
      }
      #expect(a.isSubset(of: b) == one.truth.isSubset(of: two.truth), words)
      #expect(a.intersection(b).isSubset(of: a) && a.isSubset(of: a.union(b)), words)
    }
  }

  @Test func standingIsTheOrderOfSets() throws {
    var random = Random(seed: 12)
    var seen: Set<Standing> = []
    for _ in 0..<1000 {
      let (one, two) = (RandomGTIDSet(&random), RandomGTIDSet(&random))
      let a = try set(one.text)
      // Unrelated sets are seldom anything but diverged.
      for b in [try set(two.text), a.union(try set(two.text)), a.intersection(try set(two.text)), a] {
        let (mine, theirs) = (one.truth, expanded(b))
        let truth: Standing =
          mine == theirs
          ? .equal : mine.isSubset(of: theirs) ? .behind : theirs.isSubset(of: mine) ? .ahead : .diverged
        #expect(a.standing(against: b) == truth, "\(a) \(b)")
        #expect(b.standing(against: a) == truth.reversed, "\(a) \(b)")
        seen.insert(truth)
      }
    }
    #expect(seen.count == Standing.allCases.count)
  }

  @Test func filtersBySource() throws {
    var random = Random(seed: 13)
    for _ in 0..<500 {
      let one = RandomGTIDSet(&random)
      let a = try set(one.text)
      #expect(a.sources.map(\.description) == Set(one.truth.map { String($0.prefix(36)) }).sorted())
      for text in RandomGTIDSet.sources {
        let source = try #require(SourceUUID(text))
        #expect(expanded(a.only(source: source)) == one.truth.filter { $0.hasPrefix(text) })
        #expect(expanded(a.removing(source: source)) == one.truth.filter { !$0.hasPrefix(text) })
      }
    }
  }

  @Test func errantIsWhatThePrimaryNeitherHasNorWrote() throws {
    var random = Random(seed: 14)
    let primary = try #require(SourceUUID(RandomGTIDSet.sources[0]))
    for _ in 0..<1000 {
      let (one, two) = (RandomGTIDSet(&random), RandomGTIDSet(&random))
      let errant = try set(one.text).errant(comparedTo: try set(two.text), primaryUUID: primary)
      let truth = one.truth.subtracting(two.truth).filter { !$0.hasPrefix(primary.description) }
      #expect(expanded(errant) == truth, "\(one.text) | \(two.text)")
    }
  }
}
