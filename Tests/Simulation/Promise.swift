import OCF
import Replication

extension Agent {
  /// One step of a primary's monitor. The agent may be killed after any of them.
  func keepPromise(_ cluster: inout Cluster, _ name: String, isPatient: Bool) {
    let primary = cluster[name]
    guard primary.server == .primary, primary.answers else { return }
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
    facts.namesStandbys = cluster.kind.namesStandbys
    facts.peers = Set(cluster.nodes.map(\.name))
    let streaming = cluster.nodes.filter { $0.upstream == primary.name && cluster.isReceiving($0) }
    facts.streaming = Set(streaming.map(\.name))
    if !cluster.kind.namesStandbys { facts.number = streaming.filter(\.acknowledges).count }
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

  func isConfirmed(_ record: DurabilityRecord?, _ cluster: Cluster, _ primary: Node) -> Bool {
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
