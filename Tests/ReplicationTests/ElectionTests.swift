import Testing

@testable import Replication

/// A history as the set of what happened in it: the smallest thing with all four standings.
private struct Letters: Position, Hashable {
  let letters: Set<Character>

  init(_ text: String) { letters = Set(text) }

  var description: String { String(letters.sorted()) }
  var short: String { description }

  func standing(against other: Letters) -> Standing {
    if letters == other.letters { return .equal }
    if letters.isSubset(of: other.letters) { return .behind }
    return letters.isSuperset(of: other.letters) ? .ahead : .diverged
  }
}

private func ballots(_ answers: KeyValuePairs<String, String?>) -> [Ballot<Letters>] {
  answers.map { Ballot(node: $0.key, position: $0.value.map(Letters.init)) }
}

@Suite struct ElectionCaseTests {
  @Test func theFurthestIsPromoted() {
    let votes = ballots(["a": "x", "b": "xy", "c": "x"])
    #expect(elect(candidate: "b", among: votes) == .promote)
    #expect(elect(candidate: "a", among: votes) == .yield(to: "b"))
  }

  @Test func ofEqualsEachMayAndAThirdYieldsToTheFirstByName() {
    let votes = ballots(["c": "xy", "b": "xy", "a": "x"])
    #expect(elect(candidate: "b", among: votes) == .promote)
    #expect(elect(candidate: "c", among: votes) == .promote)
    #expect(elect(candidate: "a", among: votes) == .yield(to: "b"))
  }

  @Test func silentNodesDoNotVote() {
    #expect(elect(candidate: "a", among: ballots(["a": "x", "b": nil])) == .promote)
    #expect(elect(candidate: "a", among: ballots(["a": "x"])) == .promote)
  }

  @Test func aCandidateWithoutAPositionIsNotPromoted() {
    #expect(elect(candidate: "a", among: ballots(["a": nil, "b": "x"])) == .unknownPosition)
    #expect(elect(candidate: "a", among: ballots(["b": "x"])) == .unknownPosition)
    #expect(elect(candidate: "a", among: ballots([:])) == .unknownPosition)
  }

  @Test func incomparableHistoriesAreRefused() {
    let two = ballots(["a": "x", "b": "y"])
    #expect(elect(candidate: "a", among: two) == .refuse(incomparable: ["b"]))
    #expect(elect(candidate: "b", among: two) == .refuse(incomparable: ["a"]))
  }

  @Test func twoBetterNodesThatDifferAreRefusedAndBothNamed() {
    let votes = ballots(["a": "", "b": "x", "c": "y"])
    #expect(elect(candidate: "a", among: votes) == .refuse(incomparable: ["b", "c"]))
  }

  @Test func onlyTheForemostOfTheOthersAreNamed() {
    let votes = ballots(["a": "x", "b": "y", "c": "yz", "d": "x"])
    #expect(elect(candidate: "a", among: votes) == .refuse(incomparable: ["c"]))
  }

  /// However the nodes are called: what d has contains both of the histories that differ.
  @Test func oneThatHasEverythingSettlesTheDispute() {
    #expect(elect(candidate: "a", among: ballots(["a": "x", "b": "y", "d": "xy"])) == .yield(to: "d"))
    #expect(
      elect(candidate: "a", among: ballots(["a": "", "b": "x", "c": "y", "d": "xy"])) == .yield(to: "d"))
    #expect(elect(candidate: "d", among: ballots(["a": "x", "b": "y", "d": "xy"])) == .promote)
  }

  private func votes(_ b: String?, reserve: String, _ members: Set<String>?) -> [Ballot<Letters>] {
    counted(
      ballots(["a": "x", "b": b]) + [Ballot(node: "p", position: Letters(reserve), weight: .reserve)],
      for: "a", of: members, promised: nil)
  }

  /// What a crashed primary has more, a replica acknowledged, or nobody was told of it.
  @Test func aReserveDoesNotCountWhereEveryOtherIsHeard() {
    #expect(elect(candidate: "a", among: votes("x", reserve: "xy", ["a", "b", "p"])) == .promote)
    #expect(elect(candidate: "a", among: votes("x", reserve: "xy", ["a", "p"])) == .promote)
    #expect(elect(candidate: "a", among: votes("xz", reserve: "xy", ["a", "b", "p"])) == .yield(to: "b"))
  }

  @Test func aReserveCountsWhereTheOneThatAcknowledgedMayBeSilent() {
    #expect(elect(candidate: "a", among: votes(nil, reserve: "xy", ["a", "b", "p"])) == .yield(to: "p"))
    #expect(elect(candidate: "a", among: votes("x", reserve: "xy", ["a", "b", "c", "p"])) == .yield(to: "p"))
    #expect(elect(candidate: "a", among: votes("x", reserve: "xy", nil)) == .yield(to: "p"))
  }

  /// Only its own copy was promised, say.
  @Test func aReserveCountsWhereTheOthersAreNotEnoughForThePromise() {
    let votes = [
      Ballot(node: "a", position: Letters("x")), Ballot(node: "b", position: Letters("x")),
      Ballot(node: "p", position: Letters("xy"), weight: .reserve),
    ]
    func result(_ record: String) -> ElectionResult {
      elect(
        candidate: "a",
        among: counted(votes, for: "a", of: ["a", "b", "p"], promised: DurabilityRecord(record)))
    }
    #expect(result("1 p") == .yield(to: "p"))
    #expect(result("2 a b p") == .promote)
  }

  /// What two reserves have more, each may have acknowledged to the other.
  @Test func aReserveIsNoneOfTheOthersThatAreHeard() {
    let two = [
      Ballot(node: "a", position: Letters("x")), Ballot(node: "p", position: Letters("xy"), weight: .reserve),
      Ballot(node: "q", position: Letters("x"), weight: .reserve),
    ]
    #expect(
      elect(candidate: "a", among: counted(two, for: "a", of: ["a", "p", "q"], promised: nil))
        == .yield(to: "p"))
  }

  private func witnessed(_ position: String) -> [Ballot<Letters>] {
    counted(
      [
        Ballot(node: "a", position: Letters("x")),
        Ballot(node: "w", position: Letters(position), weight: .witness),
      ], for: "a", of: nil, promised: nil)
  }

  /// It was left behind, and has what it has.
  @Test func aWitnessIsHeardWhereItDoesNotContradict() {
    #expect(witnessed("").allSatisfy { $0.position != nil })
    #expect(elect(candidate: "a", among: witnessed("xy")) == .yield(to: "w"))
  }

  /// It may have parted from the others without knowing, and is in nobody's way.
  @Test func aWitnessWithAnotherHistoryIsSilent() {
    #expect(witnessed("y").map(\.position) == [Letters("x"), nil])
    #expect(elect(candidate: "a", among: witnessed("y")) == .promote)
  }

  /// What the crashed primary has more, the silenced one may have acknowledged.
  @Test func aSilencedWitnessIsNoneOfTheOthersThatAreHeard() {
    func ballots(_ witness: String) -> [Ballot<Letters>] {
      counted(
        [
          Ballot(node: "a", position: Letters("x")),
          Ballot(node: "w", position: Letters(witness), weight: .witness),
          Ballot(node: "p", position: Letters("xy"), weight: .reserve),
        ], for: "a", of: ["a", "w", "p"], promised: nil)
    }
    #expect(elect(candidate: "a", among: ballots("")) == .promote)
    #expect(elect(candidate: "a", among: ballots("z")) == .yield(to: "p"))
  }

  @Test func ofEqualsAReserveIsTheLast() {
    let votes = [
      Ballot(node: "a", position: Letters("xy"), weight: .reserve),
      Ballot(node: "b", position: Letters("xy")),
      Ballot(node: "c", position: Letters("x")),
    ]
    #expect(elect(candidate: "c", among: votes) == .yield(to: "b"))
  }

  @Test func theReverseOfAStandingIsThatOfTheOther() {
    #expect(Standing.allCases.map(\.reversed) == [.ahead, .equal, .behind, .diverged])
  }
}

/// All answers of four nodes, each silent or with one of the eight histories over three letters.
@Suite struct ElectionPropertyTests {
  private static let answers: [Letters?] =
    [nil] + ["", "x", "y", "z", "xy", "xz", "yz", "xyz"].map(Letters.init)
  private static let names = ["a", "b", "c", "d"]

  private static func everyElection(nodes: Int, _ body: ([Ballot<Letters>]) -> Void) {
    func extend(_ votes: [Ballot<Letters>]) {
      guard votes.count < nodes else { return body(votes) }
      for answer in answers { extend(votes + [Ballot(node: names[votes.count], position: answer)]) }
    }
    extend([])
  }

  private static func permutations<T>(_ items: [T]) -> [[T]] {
    guard items.count > 1 else { return [items] }
    return items.indices.flatMap { index in
      var rest = items
      let item = rest.remove(at: index)
      return permutations(rest).map { [item] + $0 }
    }
  }

  private static func position(of node: String, in votes: [Ballot<Letters>]) -> Letters? {
    votes.first { $0.node == node }?.position
  }

  @Test func thePromotedHasAllThatAnybodyAnsweredAndNobodyElseIsPromoted() {
    Self.everyElection(nodes: 4) { votes in
      let everything = votes.reduce(into: Set<Character>()) { $0.formUnion($1.position?.letters ?? []) }
      let complete = votes.filter { $0.position?.letters == everything }.map(\.node)
      for candidate in votes {
        let result = elect(candidate: candidate.node, among: votes)
        guard candidate.position != nil else {
          #expect(result == .unknownPosition)
          continue
        }
        switch result {
        case .promote: #expect(complete.contains(candidate.node), "\(votes)")
        case .yield(let other):
          #expect(other == complete.first && !complete.contains(candidate.node), "\(votes)")
        case .refuse(let others): #expect(complete.isEmpty && !others.isEmpty, "\(votes)")
        case .promoteOver: Issue.record("nothing was promised: \(votes)")
        case .unknownPosition: Issue.record("\(candidate.node) did answer: \(votes)")
        }
      }
    }
  }

  /// Whoever is promoted over others by the promise has every commit that can be on as many members as was promised.
  @Test func whatIsPromotedOverOthersLacksNothingAcknowledged() {
    var seen = 0
    let records = ["1 a", "1 b", "1 a b", "2 a b", "1 a b c", "2 a b c", "3 a b c"].compactMap {
      DurabilityRecord($0)
    }
    Self.everyElection(nodes: 3) { votes in
      for record in records {
        for candidate in votes {
          guard
            case .promoteOver = elect(candidate: candidate.node, among: votes, promised: record),
            let own = candidate.position
          else { continue }
          seen += 1
          for letter in Set<Character>("xyz").subtracting(own.letters) {
            let holders = votes.filter { vote in
              record.members.contains(vote.node) && vote.position.map { $0.letters.contains(letter) } ?? true
            }
            #expect(holders.count < record.copies, "\(letter) \(record) \(votes)")
          }
        }
      }
    }
    #expect(seen > 0)
  }

  @Test func theOrderOfTheAnswersDoesNotMatter() {
    Self.everyElection(nodes: 3) { votes in
      for candidate in votes {
        let result = elect(candidate: candidate.node, among: votes)
        for shuffled in Self.permutations(votes) {
          #expect(elect(candidate: candidate.node, among: shuffled) == result, "\(votes)")
        }
      }
    }
  }

  @Test func twoArePromotedOnlyWhenTheyAreEqual() {
    Self.everyElection(nodes: 3) { votes in
      let winners = votes.filter { elect(candidate: $0.node, among: votes) == .promote }
      #expect(Set(winners.map(\.position)).count <= 1, "\(votes)")
    }
  }

  @Test func whoeverIsYieldedToIsPromoted() {
    Self.everyElection(nodes: 3) { votes in
      for candidate in votes {
        if case .yield(let other) = elect(candidate: candidate.node, among: votes) {
          #expect(elect(candidate: other, among: votes) == .promote, "\(votes)")
        }
      }
    }
  }

  @Test func theSilentChangeNothing() {
    Self.everyElection(nodes: 4) { votes in
      let heard = votes.filter { $0.position != nil }
      for candidate in heard {
        #expect(
          elect(candidate: candidate.node, among: votes) == elect(candidate: candidate.node, among: heard),
          "\(votes)")
      }
    }
  }

  @Test func theRefusedAreToldOfSomebodyWhoHasWhatTheyHaveNot() {
    Self.everyElection(nodes: 3) { votes in
      for candidate in votes {
        guard case .refuse(let others) = elect(candidate: candidate.node, among: votes),
          let own = candidate.position
        else { continue }
        for other in others {
          let theirs = Self.position(of: other, in: votes)?.letters ?? []
          #expect(other != candidate.node && !theirs.isSubset(of: own.letters), "\(votes)")
        }
      }
    }
  }

  @Test func standingsAreAntisymmetric() {
    let histories = Self.answers.compactMap(\.self)
    for one in histories {
      for other in histories {
        #expect(one.standing(against: other) == other.standing(against: one).reversed)
      }
    }
  }
}
