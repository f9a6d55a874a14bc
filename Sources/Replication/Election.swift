/// What one node said of its position when a promotion was about to happen.
public struct Ballot<P: Position>: Sendable, Equatable {
  /// The node's name in the cluster.
  public let node: String
  /// Its position; nil when it said nothing in time.
  public let position: P?
  /// Where it counts.
  public let weight: BallotWeight

  /// A node's answer.
  public init(node: String, position: P?, weight: BallotWeight = .full) {
    self.node = node
    self.position = position
    self.weight = weight
  }

  fileprivate var silenced: Ballot { Ballot(node: node, position: nil, weight: weight) }
}

/// Where a node's answer counts, see `counted`.
public enum BallotWeight: String, Sendable, CaseIterable {
  /// Everywhere.
  case full
  /// Of a node that was left behind: where it does not contradict. It may have what was acknowledged, and may have parted from
  /// the others without knowing.
  case witness
  /// Where it could be needed: the end of what it has nobody may have been told of.
  case reserve
}

/// The ballots that count for `candidate`. A witness does not whose history is another than the candidate's. A reserve does
/// not where every other of the `members` was heard and these are enough for the `record`, for what was acknowledged one of them
/// has; one that is down, held or silent may be the one that acknowledged. `members` is nil where nobody knows them.
public func counted<P: Position>(
  _ ballots: [Ballot<P>], for candidate: String, of members: Set<String>?, promised record: DurabilityRecord?
) -> [Ballot<P>] {
  let own = ballots.first { $0.node == candidate }?.position
  let agreeing = ballots.map { ballot in
    guard ballot.weight == .witness, ballot.node != candidate, let position = ballot.position else {
      return ballot
    }
    return own.map { position.standing(against: $0) != .diverged } ?? false ? ballot : ballot.silenced
  }
  let heard = Set(agreeing.filter { $0.position != nil && $0.weight != .reserve }.map(\.node))
  let isEnough = record?.isCovered(by: heard) ?? true
  return agreeing.map { ballot in
    guard isEnough, ballot.weight == .reserve, let members,
      members.subtracting([ballot.node]).isSubset(of: heard)
    else { return ballot }
    return ballot.silenced
  }
}

extension BallotWeight {
  /// Of several that are as good, which is promoted.
  fileprivate var rank: Int {
    switch self {
    case .full: 0
    case .witness: 1
    case .reserve: 2
    }
  }
}

/// What the candidate does after it has heard the others.
public enum ElectionResult: Sendable, Equatable {
  /// Nobody who answered has anything that the candidate has not.
  case promote
  /// This node has more: it must be promoted instead.
  case yield(to: String)
  /// Nobody has everything, but by what was promised the candidate has every acknowledged commit: what these nodes have more
  /// nobody was told of.
  case promoteOver([String])
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
/// so that every node computes the same. One that has everything settles a dispute between others, whatever they are called. Where nobody
/// has, the promise does: enough nodes for it whose history is a part of the candidate's.
public func elect<P: Position>(
  candidate: String, among ballots: [Ballot<P>], promised record: DurabilityRecord? = nil
) -> ElectionResult {
  var answers: [(node: String, position: P)] = []
  for ballot in ballots.sorted(by: { ($0.weight.rank, $0.node) < ($1.weight.rank, $1.node) }) {
    if let position = ballot.position { answers.append((ballot.node, position)) }
  }
  guard let own = answers.first(where: { $0.node == candidate })?.position else { return .unknownPosition }

  func hasEverything(_ position: P) -> Bool {
    answers.allSatisfy { $0.position.isContained(in: position) }
  }
  if hasEverything(own) { return .promote }
  if let best = answers.first(where: { hasEverything($0.position) }) { return .yield(to: best.node) }

  let foremost = answers.filter { one in
    [.ahead, .diverged].contains(one.position.standing(against: own))
      && !answers.contains { $0.position.standing(against: one.position) == .ahead }
  }
  if let record, record.isCovered(by: supporters(of: candidate, among: ballots)) {
    return .promoteOver(foremost.map(\.node))
  }
  return .refuse(incomparable: foremost.map(\.node))
}

/// The nodes, the candidate among them, of which is known that it has all that they have.
public func supporters<P: Position>(of candidate: String, among ballots: [Ballot<P>]) -> Set<String> {
  guard let own = ballots.first(where: { $0.node == candidate })?.position else { return [] }
  let behind = ballots.filter { ballot in
    ballot.position.map { $0.isContained(in: own) } ?? false
  }
  return Set(behind.map(\.node))
}
