import OCF
import Replication

/// The cluster's actions with one database's agent, by the rules as they are or with one of them broken.
struct Agent<D: Database> {
  let mutation: Mutation

  /// One monitor, and what Pacemaker does about its answer.
  /// - Returns: what must never be, if it was.
  func monitor(_ cluster: inout Cluster, _ name: String, _ random: inout Random) -> String? {
    let node = cluster[name]
    guard node.isPowered, let believed = node.believed else { return nil }
    guard cluster.hasQuorum(node) else {
      // no-quorum-policy=stop takes a while.
      if random.chance(40) { stop(&cluster, name, &random) }
      return nil
    }
    var code = D.monitor(node, cluster)
    if mutation == .loginFailureIsPrimary, node.server != .down, node.login != .works {
      code = .runningPromoted
    }
    if code.isPromoted, node.server != .primary { return "the monitor of \(name), a standby, says \(code)" }
    switch (believed, code) {
    case (.promoted, .runningPromoted), (.promoted, .degradedPromoted), (.unpromoted, .success),
      (.unpromoted, .degraded):
      observe(&cluster, name, code, &random)
    default:
      cluster.note("the monitor of \(name), believed \(believed), says \(code)")
      if believed == .promoted { cluster[name].hasFailedAsPrimary = true }
      stop(&cluster, name, &random)
    }
    return nil
  }

  /// What a monitor learns beyond its answer, and tells the cluster.
  private func observe(_ cluster: inout Cluster, _ name: String, _ code: ExitCode, _ random: inout Random) {
    let node = cluster[name]
    var seen = Seen(code: code)
    if node.server == .standby, node.answers {
      let isReceiving = cluster.isReceiving(node)
      let primary = cluster.primary(for: node)
      seen.primary = primary?.name
      if isReceiving, !node.isApplierBroken, !D.isStray(node, cluster) {
        cluster[name].hasFailedAsPrimary = false
        cluster[name].refusal = nil
        cluster[name].held = nil
        if !cluster.kind.namesStandbys { cluster.settleSwitch(name) }
      } else if let primary {
        cluster[name].refusal = nil
        seen.history = check(cluster, node, primary)
        seen.isUnverified = D.isStray(node, cluster) && seen.history != .follows
        if case .diverged = seen.history {
          cluster[name].held = .diverged
          cluster[name].upstream = nil
        }
        if seen.history == .follows { follow(&cluster, name, primary) }
        let mayMiss = if case .primaryDown = seen.history { false } else { true }
        seen.isDisconnectedTooLong = mayMiss && !cluster.isReceiving(cluster[name]) && random.chance(10)
        if seen.isDisconnectedTooLong { cluster[name].held = cluster[name].held ?? .leftBehind }
      } else if D.isStray(node, cluster) {
        cluster[name].held = .diverged
        seen.history = .diverged("")
      } else if node.held == .diverged {
        seen.history = .diverged("")
      }
      // A minute later.
      if random.chance(20) { cluster[name].refusal = nil }
    } else if node.answers, code.isPromoted {
      cluster[name].hasFailedAsPrimary = false
      cluster[name].held = nil
      cluster[name].verified = nil
    }
    // Pacemaker goes on with an election at once; the next monitor is seconds away.
    if cluster[name].isScoreMoved, seen.primary == nil, random.chance(80) { return }
    cluster[name].isScoreMoved = false
    switch D.health(cluster[name], seen, cluster).promotion {
    case .score(let score):
      if mutation == .scoresAreNeverGivenBack, cluster[name].score == nil { return }
      let isCrashed = cluster[name].hasFailedAsPrimary && code == .success
      cluster[name].score = isCrashed && mutation != .deadPrimaryKeepsItsScore ? ScoreLevel.crashed : score
    case .never: cluster[name].score = nil
    case .unchanged: break
    }
    rejoin(&cluster, name)
  }

  private func check(_ cluster: Cluster, _ node: Node, _ primary: Node) -> HistoryCheck {
    if primary.server == .down { return .primaryDown("") }
    if primary.isFrozen || primary.login != .works { return .primaryUnreachable("") }
    if primary.server != .primary { return .primaryDown("") }
    if mutation == .followsUnchecked { return .follows }
    return D.compare(node, with: primary, cluster)
  }

  private func follow(_ cluster: inout Cluster, _ name: String, _ primary: Node) {
    cluster[name].upstream = primary.name
    cluster[name].verified = cluster[name].own
    if !cluster.kind.namesStandbys { cluster.settleSwitch(name) }
    cluster.note("\(name) follows \(primary.name)")
  }

  /// A diverged node gets a copy of the primary.
  private func rejoin(_ cluster: inout Cluster, _ name: String) {
    let node = cluster[name]
    guard let primary = cluster.primary(for: node), primary.server == .primary, primary.answers else {
      return
    }
    var facts = RejoinFacts(policy: .reclone)
    facts.isDiverged = node.held == .diverged
    facts.hasPrimary = true
    guard rejoinRules.decide(facts).verdict == .launch else { return }
    cluster[name].log = primary.log.prefix(primary.applied)
    cluster[name].applied = cluster[name].log.entries.count
    cluster[name].isApplierBroken = false
    cluster[name].held = nil
    cluster[name].hasFailedAsPrimary = false
    if cluster.kind == .mysql {
      cluster.lastIdentity += 1
      cluster[name].identity = cluster.lastIdentity
    }
    cluster.note("\(name) is cloned from \(primary.name)")
    follow(&cluster, name, primary)
  }

  /// Pacemaker starts what should run, where there is quorum.
  func start(_ cluster: inout Cluster, _ name: String) {
    let node = cluster[name]
    guard node.isPowered, node.believed == nil, cluster.hasQuorum(node) else { return }
    if node.server != .down {
      // The probe finds it at work.
      cluster[name].believed = node.server == .primary ? .promoted : .unpromoted
      return
    }
    guard D.starts(node, cluster) else { return }
    cluster[name].server = .standby
    cluster[name].believed = .unpromoted
    cluster[name].refusal = nil
    if mutation == .resetsReplication, cluster.primary(for: node) == nil {
      cluster[name].log = node.log.prefix(node.applied)
    }
    if mutation == .deadPrimaryKeepsItsScore, node.hasFailedAsPrimary {
      cluster[name].score = ScoreLevel.primary
    } else if mutation != .scoresAreNeverGivenBack || node.score != nil {
      cluster[name].score = node.hasFailedAsPrimary ? ScoreLevel.crashed : ScoreLevel.standby
    }
    if cluster[name].held != nil { cluster[name].score = nil }
    if D.isStray(cluster[name], cluster) { cluster[name].score = nil }
    cluster.note("start of \(name)")
  }

  /// Whatever runs is ended.
  func stop(_ cluster: inout Cluster, _ name: String, _ random: inout Random) {
    cluster[name].believed = nil
    if mutation != .deadPrimaryKeepsItsScore { cluster[name].score = nil }
    cluster.note("stop of \(name)")
    if mutation == .stopIsBelieved, random.chance(30) { return }
    cluster.end(name)
  }

  /// A planned move begins: the primary becomes a standby.
  func demote(_ cluster: inout Cluster, _ name: String, _ random: inout Random) {
    let node = cluster[name]
    guard node.believed == .promoted, node.server == .primary, node.answers, cluster.hasQuorum(node) else {
      return
    }
    cluster.pending.removeAll { $0.primary == name }
    cluster[name].believed = .unpromoted
    cluster[name].verified = node.own
    cluster[name].score = ScoreLevel.outvoted
    cluster.note("demote of \(name)")
    if mutation == .stopIsBelieved, random.chance(30) { return }
    cluster[name].server = .standby
    cluster[name].rule = .none
  }
}
