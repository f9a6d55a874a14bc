import OCF
import Replication

extension Agent {
  /// Where the cluster has quorum and no primary, Pacemaker proposes the instance with the best score, and the agents find out
  /// whether it may be.
  /// - Returns: what must never be, if it was.
  func failOver(_ cluster: inout Cluster, _ random: inout Random, silence: Int = 30) -> String? {
    let members = cluster.quorum
    guard !members.isEmpty, !members.contains(where: { $0.believed == .promoted }) else { return nil }
    // Fencing comes first: whoever is not here runs nothing any more.
    for node in cluster.nodes where node.isPowered && !members.contains(where: { $0.name == node.name }) {
      if node.server != .down { cluster.crash(node.name, power: true) }
    }
    let instances = members.filter { $0.believed == .unpromoted }
    let best = instances.compactMap(\.score).max()
    guard let candidate = random.pick(instances.filter { $0.score != nil && $0.score == best }) else {
      return nil
    }
    // Nobody receives any more before it has said how far it is.
    for node in instances where !node.isFrozen { cluster[node.name].upstream = nil }
    if mutation == .formerPrimaryNeedsNoVotes, candidate.wasPrimary {
      return promote(&cluster, candidate.name, &random)
    }
    if mutation != .stopIsBelieved, instances.contains(where: { $0.server == .primary && $0.answers }) {
      return nil
    }
    var ballots = instances.map { ballot($0, candidate: candidate.name, &cluster, &random, silence: silence) }
    ballots = counted(
      ballots, for: candidate.name, of: Set(cluster.nodes.map(\.name)),
      promised: candidate.configuration.record)
    guard mayWait(ballots, cluster) else { return nil }
    switch result(candidate.name, ballots, cluster) {
    case .promote, .promoteOver: break
    case .unknownPosition: return nil
    case .refuse:
      cluster.note("\(candidate.name) refuses: \(short(ballots, cluster))")
      return withdraw(&cluster, candidate.name, .stuck)
    case .yield(let better):
      if mutation == .newerBansItself {
        cluster[better].score = nil
      } else {
        return yield(&cluster, candidate, to: better, ballots)
      }
    }
    guard isCovered(candidate, ballots) else {
      cluster.note("\(candidate.name) refuses, loss is possible: \(short(ballots, cluster))")
      return ballots.contains { $0.position == nil } && silence > 0
        ? nil : withdraw(&cluster, candidate.name, .loss)
    }
    cluster.note("elected \(candidate.name): \(short(ballots, cluster))")
    return promote(&cluster, candidate.name, &random)
  }

  private func ballot(
    _ node: Node, candidate: String, _ cluster: inout Cluster, _ random: inout Random, silence: Int
  ) -> Ballot<D.History> {
    defer { cluster[node.name].formerVote = node.log }
    var voter = node
    if mutation == .staleVotes, let former = node.formerVote, random.chance(50) { voter.log = former }
    let isCandidate = node.name == candidate
    let isSilent = !isCandidate && (random.chance(silence) || !node.answers)
    if isSilent, mutation != .staleVotes { return Ballot(node: node.name, position: nil) }
    if !isCandidate, node.held == .diverged || D.isStray(node, cluster) {
      return Ballot(node: node.name, position: nil)
    }
    if isCandidate, !node.answers { return Ballot(node: node.name, position: nil) }
    let position = D.history(of: isCandidate ? node : voter, cluster)
    let weight: BallotWeight =
      node.hasFailedAsPrimary ? .reserve : node.held == .leftBehind ? .witness : .full
    return Ballot(node: node.name, position: position, weight: isCandidate ? .full : weight)
  }

  private func mayWait(_ ballots: [Ballot<D.History>], _ cluster: Cluster) -> Bool {
    mutation != .waitsForEverybody || ballots.count { $0.position != nil } == cluster.nodes.count
  }

  private func result(_ candidate: String, _ ballots: [Ballot<D.History>], _ cluster: Cluster)
    -> ElectionResult
  {
    func crude(_ key: (Log) -> [Int]) -> ElectionResult {
      elect(
        candidate: candidate,
        among: ballots.map { ballot in
          Ballot(
            node: ballot.node,
            position: ballot.position.map { _ in Crude(key: key(cluster[ballot.node].log)) })
        })
    }
    switch mutation {
    case .nobodyIsAsked, .deadPrimaryKeepsItsScore: return .promote
    case .coarsePositions: return crude { [$0.entries.count / 4] }
    case .timelineNumberDecides: return crude { [Int($0.timeline), $0.entries.count] }
    case .sequenceNumberDecides: return crude { [Int($0.entries.last?.sequence ?? 0)] }
    default:
      return elect(candidate: candidate, among: ballots, promised: cluster[candidate].configuration.record)
    }
  }

  private func isCovered(_ candidate: Node, _ ballots: [Ballot<D.History>]) -> Bool {
    guard let record = candidate.configuration.record else { return true }
    if [.anyAnswerIsEnough, .nobodyIsAsked, .deadPrimaryKeepsItsScore].contains(mutation) { return true }
    // Whoever compares by a number alone takes everybody who has a smaller one for a supporter.
    let isCrude = [.coarsePositions, .timelineNumberDecides, .sequenceNumberDecides, .newerBansItself]
      .contains(mutation)
    return record.isCovered(
      by: isCrude
        ? Set(ballots.filter { $0.position != nil }.map(\.node))
        : supporters(of: candidate.name, among: ballots))
  }

  /// The scores are moved, and the next proposal is another; or, where the better one may not be promoted, it is caught up with.
  private func yield(
    _ cluster: inout Cluster, _ candidate: Node, to better: String, _ ballots: [Ballot<D.History>]
  ) -> String? {
    let other = cluster[better]
    let isReserve = ballots.contains { $0.node == better && $0.weight == .reserve }
    guard
      isReserve || other.score == nil
        || candidate.score == ScoreLevel.outvoted && other.score == ScoreLevel.elected
    else {
      cluster.note("\(candidate.name) yields to \(better)")
      move(&cluster, candidate.name, ScoreLevel.outvoted)
      move(&cluster, better, ScoreLevel.elected)
      return nil
    }
    let enough = supporters(of: better, among: ballots)
    guard mutation == .catchesUpInVain || candidate.configuration.record?.isCovered(by: enough) ?? true else {
      return withdraw(&cluster, candidate.name, .loss)
    }
    cluster[candidate.name].upstream = better
    cluster.note("\(candidate.name) catches up with \(better)")
    if let wrong = cluster.replicate(to: candidate.name, Int.max) { return wrong }
    cluster[candidate.name].upstream = nil
    guard
      D.history(of: cluster[candidate.name], cluster).standing(against: D.history(of: other, cluster))
        == .behind
    else { return nil }
    if other.score != nil { move(&cluster, better, ScoreLevel.elected) }
    return withdraw(&cluster, candidate.name, .stuck)
  }

  private func move(_ cluster: inout Cluster, _ name: String, _ score: Int) {
    cluster[name].score = score
    cluster[name].isScoreMoved = true
  }

  private func withdraw(_ cluster: inout Cluster, _ name: String, _ why: Node.Refusal) -> String? {
    cluster[name].refusal = why
    cluster[name].score = nil
    return nil
  }

  private func promote(_ cluster: inout Cluster, _ name: String, _ random: inout Random) -> String? {
    let node = cluster[name]
    if mutation != .brokenIsPromoted || !node.answers, !D.promotes(node, cluster) {
      cluster.note("promote of \(name) fails")
      stop(&cluster, name, &random)
      return nil
    }
    if mutation == .promotesUndrained || mutation == .brokenIsPromoted && node.isApplierBroken {
      cluster[name].log = node.log.prefix(node.applied)
    }
    cluster[name].applied = cluster[name].log.entries.count
    cluster[name].isApplierBroken = false
    cluster[name].server = .primary
    cluster[name].believed = .promoted
    cluster[name].score = ScoreLevel.primary
    cluster[name].acknowledges = false
    cluster[name].hasFailedAsPrimary = false
    cluster[name].wasPrimary = true
    cluster[name].verified = nil
    var record = node.configuration.record
    // MariaDB waits for one at most.
    if cluster.kind == .mariadb, cluster.policy != .async, let promised = record,
      promised.rule(on: name).count > 1
    {
      let wider = promised.including(name)
      cluster.write(wider, by: name)
      if isConfirmed(wider, cluster, cluster[name]) { record = wider }
    }
    cluster[name].rule = cluster.policy == .async ? .none : record?.rule(on: name) ?? .none
    cluster[name].isRuleProven = true
    if cluster.kind == .postgresql { cluster.append(to: name, timeline: node.log.timeline + 1) }
    if cluster.policy != .async, record == nil {
      cluster.write(DurabilityRecord(copies: 1, members: [name]), by: name)
    }
    cluster.note("\(name) is promoted with \(cluster[name].log.short), \(record?.description ?? "no record")")
    return cluster.judge(name)
  }

  private func short(_ ballots: [Ballot<D.History>], _ cluster: Cluster) -> String {
    ballots.map {
      "\($0.node) \($0.position?.short ?? "silent")\($0.weight == .full ? "" : " (\($0.weight))")"
    }.joined(separator: ", ")
  }
}

extension Cluster {
  /// Whoever was told that a commit is done finds it on the new primary, which is the only one that takes more.
  func judge(_ promoted: String) -> String? {
    let primaries = nodes.filter(\.isWritable)
    if primaries.count > 1 { return "\(primaries.map(\.name)) can be written to at the same time" }
    let lost = acknowledged.filter { !self[promoted].log.holds($0) }
    return lost.isEmpty ? nil : "lost \(lost.sorted()), acknowledged, when \(promoted) was promoted"
  }
}

/// A position that tells less than it should.
struct Crude: Position {
  let key: [Int]

  init(key: [Int]) { self.key = key }
  init?(_ text: String) { return nil }

  var description: String { "\(key)" }
  var short: String { description }

  func standing(against other: Crude) -> Standing {
    if key == other.key { return .equal }
    return key.lexicographicallyPrecedes(other.key) ? .behind : .ahead
  }
}
