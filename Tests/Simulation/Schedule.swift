import OCF
import Replication

/// One run of a cluster through random faults, made from one number.
struct Schedule {
  let seed: UInt64
  let mutation: Mutation

  /// What went wrong, with all that led there; nil if nothing did.
  func run(tracing: Bool = false) -> String? {
    var random = Random(seed: seed)
    let kind = random.pick(Kind.allCases) ?? .postgresql
    if !mutation.concerns(kind) { return nil }
    switch kind {
    case .postgresql: return play(PostgreSQL.self, kind, &random, tracing: tracing)
    case .mysql: return play(MySQL.self, kind, &random, tracing: tracing)
    case .mariadb: return play(MariaDB.self, kind, &random, tracing: tracing)
    }
  }

  private func play<D: Database>(_: D.Type, _ kind: Kind, _ random: inout Random, tracing: Bool) -> String? {
    let agent = Agent<D>(mutation: mutation)
    var cluster = Cluster(count: 2 + random.below(4), kind: kind, mutation: mutation, trace: Trace(tracing))
    cluster.policy = random.chance(60) ? .quorum : .strict
    cluster.acknowledgements = kind.namesStandbys && cluster.nodes.count > 3 ? 1 + random.below(2) : 1
    let faults = Fault.allCases.filter { _ in random.chance(50) }
    let pace = 5 + random.below(33)
    for _ in 0..<(40 + random.below(160)) {
      if let wrong = step(agent, &cluster, faults, pace: pace, &random) { return report(wrong, cluster) }
    }
    cluster.note("no more faults")
    if let wrong = calm(agent, &cluster, &random) { return report(wrong, cluster) }
    return nil
  }

  private func report(_ wrong: String, _ cluster: Cluster) -> String {
    // Played again with everything written down.
    guard let lines = cluster.trace.lines else { return run(tracing: true) ?? wrong }
    return
      "schedule \(seed): \(wrong)\n  \(cluster.nodes.count) nodes, \(cluster.kind), \(cluster.policy.rawValue)\n  "
      + lines.suffix(80).joined(separator: "\n  ")
  }

  private func step<D>(
    _ agent: Agent<D>, _ cluster: inout Cluster, _ faults: [Fault], pace: Int, _ random: inout Random
  ) -> String? {
    let name = Cluster.name(1 + random.below(cluster.nodes.count))
    switch random.below(200) {
    case 0..<40: for node in cluster.nodes where node.isWritable { cluster.commit(on: node.name) }
    case 40..<80: return cluster.replicate(to: name, random.below(4))
    case 80..<95: cluster.apply(on: name, random.below(4))
    case 95..<115:
      for node in cluster.nodes where node.server == .primary {
        agent.keepPromise(&cluster, node.name, isPatient: random.chance(50))
      }
    case 115..<145: return agent.monitor(&cluster, name, &random)
    case 145..<155: return agent.failOver(&cluster, &random)
    case 155..<163: agent.start(&cluster, name)
    case 163..<163 + pace: fault(agent, &cluster, name, faults, &random)
    default: break
    }
    return nil
  }

  /// One of the faults that this schedule has, if it is its turn.
  private func fault<D>(
    _ agent: Agent<D>, _ cluster: inout Cluster, _ name: String, _ faults: [Fault], _ random: inout Random
  ) {
    if mutation == .timeoutAcknowledges, random.chance(10), let wait = cluster.pending.first,
      cluster[wait.primary].isWritable
    {
      cluster.answer(wait)
    }
    let isStandby = cluster[name].server == .standby
    switch random.pick(faults) {
    case nil: break
    case .crash: cluster.crash(name, power: false)
    case .power:
      if random.chance(30) { cluster.crash(name, power: true) } else { cluster.powerOn(name) }
    case .cut: if random.chance(40) { cluster.cut(name) } else { cluster.heal() }
    case .settings: if random.chance(20) { cluster.change(&random) }
    case .move: if random.chance(30) { agent.demote(&cluster, name, &random) }
    case .freeze: cluster[name].isFrozen = random.chance(30) && cluster[name].server != .down
    case .login: cluster[name].login = random.pick([.refused, .full, .works, .works, .works]) ?? .works
    case .applier: cluster[name].isApplierBroken = cluster.kind.appliesLater && isStandby && random.chance(60)
    case .hand: if random.chance(5) { cluster.writeByHand(name, &random) }
    }
  }
}

/// What can go wrong. Each schedule has some of them only: one that has all at once hardly gets anywhere.
enum Fault: CaseIterable {
  case crash, power, cut, settings, move, freeze, login, applier, hand
}
