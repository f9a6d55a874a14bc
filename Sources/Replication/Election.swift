/// What one node said of its position when a promotion was about to happen.
public struct Ballot<P: Position>: Sendable, Equatable {
  /// The node's name in the cluster.
  public let node: String
  /// Its position; nil when it said nothing in time.
  public let position: P?
  /// The end of it nobody may have been told of: it counts only where it could be needed, see `counted`.
  public let isReserve: Bool

  /// A node's answer.
  public init(node: String, position: P?, isReserve: Bool = false) {
    self.node = node
    self.position = position
    self.isReserve = isReserve
  }
}

/// The ballots that count: a reserve does not where every other of the `members` was heard, for what was acknowledged one of
/// them has. One that is down, held or silent may be the one that acknowledged. `members` is nil where nobody knows them.
public func counted<P: Position>(_ ballots: [Ballot<P>], of members: Set<String>?) -> [Ballot<P>] {
  let heard = Set(ballots.filter { $0.position != nil && !$0.isReserve }.map(\.node))
  return ballots.map { ballot in
    guard ballot.isReserve, let members, members.subtracting([ballot.node]).isSubset(of: heard) else {
      return ballot
    }
    return Ballot(node: ballot.node, position: nil, isReserve: true)
  }
}

/// What the candidate does after it has heard the others.
public enum ElectionResult: Sendable, Equatable {
  /// Nobody who answered has anything that the candidate has not.
  case promote
  /// This node has more: it must be promoted instead.
  case yield(to: String)
  /// Nobody has everything. These nodes have transactions that the candidate has not, and nobody is ahead of them:
  /// only an operator may choose.
  case refuse(incomparable: [String])
  /// The candidate does not know its own position.
  case unknownPosition
}

/// Decides whether `candidate` may be promoted. A silent node does not vote; the order of `ballots`, which name each
/// node once, does not matter.
///
/// Whoever has all that anybody answered may be promoted; of several, a third yields to the first by name, to a reserve last,
/// so that every node computes the same. One that has everything settles a dispute between others, whatever they are called.
public func elect<P: Position>(candidate: String, among ballots: [Ballot<P>]) -> ElectionResult {
  var answers: [(node: String, position: P)] = []
  for ballot in ballots.sorted(by: { ($0.isReserve ? 1 : 0, $0.node) < ($1.isReserve ? 1 : 0, $1.node) }) {
    if let position = ballot.position { answers.append((ballot.node, position)) }
  }
  guard let own = answers.first(where: { $0.node == candidate })?.position else { return .unknownPosition }

  func hasEverything(_ position: P) -> Bool {
    answers.allSatisfy { [.behind, .equal].contains($0.position.standing(against: position)) }
  }
  if hasEverything(own) { return .promote }
  if let best = answers.first(where: { hasEverything($0.position) }) { return .yield(to: best.node) }

  let foremost = answers.filter { one in
    [.ahead, .diverged].contains(one.position.standing(against: own))
      && !answers.contains { $0.position.standing(against: one.position) == .ahead }
  }
  return .refuse(incomparable: foremost.map(\.node))
}
