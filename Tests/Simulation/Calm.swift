import OCF
import Replication

extension Schedule {
  /// The faults end, and up to a minority of the nodes stays off for good: the rest has to find to a primary, take commits, and
  /// have one history, without hands.
  /// - Returns: what is missing.
  func calm<D>(_ agent: Agent<D>, _ cluster: inout Cluster, _ random: inout Random) -> String? {
    cluster.heal()
    var off: Set<String> = []
    for _ in 0..<random.below((cluster.nodes.count + 1) / 2) {
      let name = Cluster.name(1 + random.below(cluster.nodes.count))
      if off.insert(name).inserted { cluster.crash(name, power: true) }
    }
    for node in cluster.nodes {
      cluster[node.name].isFrozen = false
      cluster[node.name].login = .works
      cluster[node.name].isApplierBroken = false
      if !off.contains(node.name) { cluster.powerOn(node.name) }
    }
    let isOwed = isOwed(cluster)
    var last: String? = "nothing"
    var hasWritten = false
    for round in 0..<60 {
      if let wrong = settle(agent, &cluster, &random) { return wrong }
      last = missing(cluster)
      if last == nil, hasWritten { return nil }
      if last == nil || round == 50, !hasWritten {
        hasWritten = true
        for node in cluster.nodes where node.isWritable { cluster.commit(on: node.name) }
      }
    }
    // An operator has to choose between two histories, or wait for a node that is off.
    return cluster.wasTamperedWith || !isOwed ? nil : last
  }

  /// One round of everything that goes on by itself.
  private func settle<D>(_ agent: Agent<D>, _ cluster: inout Cluster, _ random: inout Random) -> String? {
    for name in cluster.nodes.map(\.name).shuffled(using: &random) {
      agent.start(&cluster, name)
      if let wrong = agent.monitor(&cluster, name, &random) { return wrong }
      if let wrong = cluster.replicate(to: name, Int.max) { return wrong }
      cluster.apply(on: name, Int.max / 2)
      agent.keepPromise(&cluster, name, isPatient: false)
    }
    return agent.failOver(&cluster, &random, silence: 0)
  }

  /// One of those that are on is known to have every acknowledged commit: enough for the promise have nothing that it has not.
  private func isOwed(_ cluster: Cluster) -> Bool {
    let members = cluster.quorum
    guard
      let record = members.max(by: { $0.configuration.epoch < $1.configuration.epoch })?.configuration.record
    else { return !members.isEmpty }
    return members.contains { best in
      record.isCovered(by: Set(members.filter { $0.log.isPart(of: best.log) }.map(\.name)))
    }
  }

  private func missing(_ cluster: Cluster) -> String? {
    let here = cluster.quorum
    guard let primary = here.first(where: \.isWritable) else {
      return "no primary, with quorum and without faults"
    }
    if let other = here.first(where: { $0.log != primary.log }) {
      return "\(other.name) has \(other.log.short) and not \(primary.log.short), without faults"
    }
    let standbys = here.count - 1
    if cluster.policy == .quorum || standbys >= cluster.acknowledgements, !cluster.pending.isEmpty {
      return "commit \(cluster.pending[0].number) is not acknowledged, without faults"
    }
    return cluster.judge(primary.name)
  }
}
