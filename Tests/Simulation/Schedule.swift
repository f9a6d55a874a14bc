import Replication

/// One run of a cluster through random faults, made from one number.
struct Schedule {
  let seed: UInt64
  let rules: Rules

  /// What went wrong, with all that led there; nil if nothing did.
  func run() -> String? {
    var random = Random(seed: seed)
    let namesStandbys = random.chance(50)
    if !rules.mutation.concerns(namesStandbys: namesStandbys) { return nil }
    var cluster = Cluster(count: 2 + random.below(4), namesStandbys: namesStandbys)
    cluster.invitesEverybody = rules.mutation == .uninvitedReplicas
    cluster.policy = random.chance(60) ? .quorum : .strict
    cluster.acknowledgements = namesStandbys && cluster.nodes.count > 3 ? 1 + random.below(2) : 1
    for _ in 0..<(40 + random.below(120)) {
      if let lost = step(&cluster, &random) {
        let kind = namesStandbys ? "the rule names the standbys" : "whoever acknowledges counts"
        return
          "schedule \(seed): \(lost)\n  \(cluster.nodes.count) nodes, \(cluster.policy.rawValue), \(kind)\n  "
          + cluster.trace.suffix(60).joined(separator: "\n  ")
      }
    }
    return nil
  }

  private func step(_ cluster: inout Cluster, _ random: inout Random) -> String? {
    let name = "n\(random.below(cluster.nodes.count))"
    switch random.below(100) {
    case 0..<25:
      for node in cluster.nodes where node.server == .primary && node.isPowered {
        cluster.commit(on: node.name)
      }
    case 25..<50: cluster.replicate(to: name, &random)
    case 50..<62:
      let primaries = cluster.nodes.filter { $0.server == .primary }.map(\.name)
      for primary in primaries { rules.keepPromise(&cluster, primary, isPatient: random.chance(50)) }
    case 62..<72: cluster.follow(name)
    case 72..<82:
      if let promoted = rules.failOver(&cluster, &random) { return judge(cluster, promoted) }
    case 82..<88: cluster.crash(name, power: false)
    case 88..<90: cluster.crash(name, power: true)
    case 90..<95: cluster.start(name)
    case 95..<97: cut(name, &cluster)
    case 97..<99: heal(&cluster)
    default: change(&cluster, &random)
    }
    return nil
  }

  /// Whoever was told that a commit is done finds it on the new primary.
  private func judge(_ cluster: Cluster, _ promoted: String) -> String? {
    let primaries = cluster.nodes.filter { $0.server == .primary && $0.isPowered }
    if primaries.count > 1 { return "two primaries: \(primaries.map(\.name))" }
    let lost = cluster.acknowledged.subtracting(cluster[promoted].log.commits)
    return lost.isEmpty ? nil : "lost \(lost.sorted()), acknowledged, when \(promoted) was promoted"
  }

  private func cut(_ name: String, _ cluster: inout Cluster) {
    guard cluster.nodes.allSatisfy({ $0.island == 0 }) else { return }
    cluster[name].island = 1
    cluster.note("\(name) is cut off")
  }

  private func heal(_ cluster: inout Cluster) {
    // The nodes of a partition that has fenced the others do not let them in before they have been off.
    for index in cluster.nodes.indices { cluster.nodes[index].island = 0 }
    let primaries = cluster.nodes.filter { $0.server == .primary && $0.isPowered }
    if primaries.count > 1 { for node in primaries.dropFirst() { cluster.crash(node.name, power: true) } }
    cluster.exchangeConfigurations()
    cluster.note("healed")
  }

  /// The operator changes his mind between the two that promise something.
  private func change(_ cluster: inout Cluster, _ random: inout Random) {
    cluster.policy = random.chance(50) ? .quorum : .strict
    if cluster.namesStandbys, cluster.nodes.count > 3 { cluster.acknowledgements = 1 + random.below(2) }
    // The agent was killed while it changed the server: what it goes by is not known.
    for index in cluster.nodes.indices where random.chance(30) { cluster.nodes[index].isRuleProven = false }
  }
}
