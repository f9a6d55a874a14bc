/// What one node said of its position when a promotion was about to happen.
public struct Ballot<P: Position>: Sendable, Equatable {
  /// The node's name in the cluster.
  public let node: String
  /// Its position; nil when it said nothing in time.
  public let position: P?

  /// A node's answer.
  public init(node: String, position: P?) {
    self.node = node
    self.position = position
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
/// Whoever has all that anybody answered may be promoted; of several, a third yields to the first by name, so that
/// every node computes the same. One that has everything settles a dispute between others, whatever they are called.
public func elect<P: Position>(candidate: String, among ballots: [Ballot<P>]) -> ElectionResult {
  var answers: [(node: String, position: P)] = []
  for ballot in ballots.sorted(by: { $0.node < $1.node }) {
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
