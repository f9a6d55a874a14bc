import OCF
import Replication

/// The rules, real or with one of them broken.
struct Rules {
  let mutation: Mutation

  /// In a partition with quorum that has no primary one is promoted, if it may be.
  /// - Returns: the node that became the primary.
  func failOver(_ cluster: inout Cluster, _ random: inout Random) -> String? {
    let members = cluster.quorum
    guard !members.isEmpty, !members.contains(where: { $0.server == .primary }) else { return nil }
    let standbys = members.filter { $0.server == .standby }
    guard let candidate = standbys.randomElement(using: &random) else { return nil }
    // Fencing comes first: whoever is not here runs nothing any more.
    for node in cluster.nodes where !members.contains(where: { $0.name == node.name }) && node.server != .down
    {
      cluster.crash(node.name, power: true)
    }
    // Nobody receives any more before it has said how far it is.
    for node in standbys { cluster[node.name].upstream = nil }
    let ballots = standbys.map { node -> Ballot<Log> in
      let isSilent = node.name != candidate.name && random.chance(30)
      defer { cluster[node.name].formerVote = node.log }
      if isSilent {
        return Ballot(node: node.name, position: mutation == .staleVotes ? node.formerVote : nil)
      }
      let vote = mutation == .staleVotes && random.chance(50) ? node.formerVote ?? node.log : node.log
      return Ballot(node: node.name, position: node.name == candidate.name ? node.log : vote)
    }
    guard isBest(candidate.name, ballots), isCovered(candidate, ballots) else { return nil }
    let record = candidate.configuration.record
    cluster[candidate.name].server = .primary
    cluster[candidate.name].acknowledges = false
    cluster[candidate.name].rule =
      cluster.policy == .async ? .none : record?.rule(on: candidate.name) ?? .none
    cluster[candidate.name].isRuleProven = true
    if cluster.policy != .async, record == nil {
      cluster.write(DurabilityRecord(copies: 1, members: [candidate.name]), by: candidate.name)
    }
    cluster.note(
      "\(candidate.name) is promoted with \(candidate.log.short), \(record?.description ?? "no record")")
    return candidate.name
  }

  private func isBest(_ candidate: String, _ ballots: [Ballot<Log>]) -> Bool {
    switch mutation {
    case .nobodyIsAsked: return true
    case .coarsePositions:
      let coarse = ballots.map { Ballot(node: $0.node, position: $0.position.map(Coarse.init)) }
      return elect(candidate: candidate, among: coarse) == .promote
    default: return elect(candidate: candidate, among: ballots) == .promote
    }
  }

  private func isCovered(_ candidate: Node, _ ballots: [Ballot<Log>]) -> Bool {
    guard let record = candidate.configuration.record, mutation != .anyAnswerIsEnough else { return true }
    return record.isCovered(by: Set(ballots.filter { $0.position != nil }.map(\.node)))
  }

  /// One step of a primary's monitor. The agent may be killed after any of them.
  func keepPromise(_ cluster: inout Cluster, _ name: String, isPatient: Bool) {
    let primary = cluster[name]
    guard primary.server == .primary, primary.isPowered else { return }
    let facts = self.facts(cluster, primary, isPatient: isPatient)
    let (step, decision) = facts.step
    switch step {
    case .settled, .giveBack, .wait: return
    case .write(let record):
      guard isConfirmed(primary.configuration.record, cluster, primary) else { return }
      if mutation == .serverBeforeRecord, let rule = record?.rule(on: name), rule != primary.rule {
        cluster[name].rule = rule
        return cluster.answerClients()
      }
      cluster.write(record, by: name)
      cluster.note("\(name): \(decision.rule): \(record?.description ?? "no record")")
    case .set(let rule, let confirming):
      guard isConfirmed(confirming, cluster, primary), mayBeSet(rule, facts) else { return }
      cluster[name].rule = rule
      cluster[name].isRuleProven = true
      cluster.note("\(name): \(decision.rule): waits for \(rule.count) of \(rule.standbys.sorted())")
      cluster.answerClients()
    }
  }

  private func facts(_ cluster: Cluster, _ primary: Node, isPatient: Bool) -> DurabilityFacts {
    var facts = DurabilityFacts(
      primary: primary.name, policy: cluster.policy, acknowledgements: cluster.acknowledgements,
      record: primary.configuration.record, rule: primary.isRuleProven ? primary.rule : nil)
    facts.namesStandbys = cluster.namesStandbys
    facts.peers = Set(cluster.nodes.map(\.name))
    let streaming = cluster.nodes.filter { node in
      node.server == .standby && node.upstream == primary.name && cluster.reaches(node, primary)
        && [.behind, .equal].contains(node.log.standing(against: primary.log))
    }
    facts.streaming = Set(streaming.map(\.name))
    if !cluster.namesStandbys { facts.number = streaming.filter(\.acknowledges).count }
    // A commit that nobody was told of yet may be told of by the former rule: only the whole log is enough.
    facts.complete =
      mutation == .forgetsThePast
      ? facts.streaming : Set(streaming.filter { $0.log == primary.log }.map(\.name))
    // Of those that it does not reach, a primary with quorum knows that they are fenced.
    facts.down = Set(
      cluster.nodes.filter { node in
        node.name != primary.name && node.server == .down
          && (cluster.reaches(node, primary) || cluster.hasQuorum(primary))
      }.map(\.name))
    facts.isMissingTooLong = !isPatient
    return facts
  }

  private func isConfirmed(_ record: DurabilityRecord?, _ cluster: Cluster, _ primary: Node) -> Bool {
    if mutation == .unconfirmed { return true }
    return cluster.hasQuorum(primary)
      && cluster.nodes.allSatisfy { node in
        cluster.reaches(primary, node) ? node.configuration.record == record : !node.isPowered
      }
  }

  private func mayBeSet(_ rule: AcknowledgementRule, _ facts: DurabilityFacts) -> Bool {
    if facts.namesStandbys || rule.count == 0 { return true }
    let members = (facts.record?.copies ?? 1) > 1 ? facts.record?.members ?? [] : facts.peers
    return members.subtracting(facts.down).subtracting([facts.primary]).isSubset(of: rule.standbys)
  }
}

/// A position that is only known to the nearest four commits.
struct Coarse: Position {
  let log: Log

  init(_ log: Log) { self.log = log }
  init?(_ text: String) { return nil }

  var description: String { log.description }
  var short: String { log.short }

  func standing(against other: Coarse) -> Standing {
    log.commits.count / 4 == other.log.commits.count / 4 ? .equal : log.standing(against: other.log)
  }
}
