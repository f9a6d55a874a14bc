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
  /// These nodes have transactions that the candidate has not, and the reverse: only an operator may choose.
  case refuse(incomparable: [String])
  /// The candidate does not know its own position.
  case unknownPosition
}

/// Decides whether `candidate` may be promoted. A silent node does not vote; the order of `ballots` does not matter.
///
/// Among several better nodes the one that no other is ahead of wins, and of equals the first by name, so that every
/// node computes the same.
public func elect<P: Position>(candidate: String, among ballots: [Ballot<P>]) -> ElectionResult {
  guard let own = ballots.first(where: { $0.node == candidate })?.position else { return .unknownPosition }
  var best: (node: String, position: P)?
  var incomparable: [String] = []
  for ballot in ballots.sorted(by: { $0.node < $1.node }) where ballot.node != candidate {
    guard let position = ballot.position else { continue }
    switch position.standing(against: own) {
    case .behind, .equal: break
    case .diverged: incomparable.append(ballot.node)
    case .ahead:
      if let current = best {
        switch position.standing(against: current.position) {
        case .ahead: best = (ballot.node, position)
        case .diverged: incomparable.append(ballot.node)
        case .behind, .equal: break
        }
      } else {
        best = (ballot.node, position)
      }
    }
  }
  if !incomparable.isEmpty { return .refuse(incomparable: incomparable) }
  return best.map { .yield(to: $0.node) } ?? .promote
}
