internal import CIB
internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import Replication
internal import ReplicationActions

/// Finds out whether a running instance may be promoted and read from. While a standby streams, no tool is needed.
struct HealthObserver {
  private let context: Context
  private let marker: HeldMarker

  init(_ context: Context) {
    self.context = context
    marker = HeldMarker(instance: context.invocation.instance)
  }

  func observe(
    _ facts: InstanceFacts, code: ExitCode, _ durability: DurabilityFinding, _ storage: StorageFinding,
    _ memory: inout Memory
  ) -> HealthFinding {
    var health = HealthFacts(code: code, answer: facts.answer)
    health.storage = storage.condition
    health.isFull = facts.isFull
    health.isStalled = durability.isStalled
    health.isPromiseVoid = durability.isVoid
    var detail = durability.reason
    if let standby = facts.answer?.standby {
      health.isReplayStuck = memory.isStuck(at: standby.overdue?.description)
      if standby.hasCaughtUp {
        memory.failedAsPrimary = false
        memory.forgetRefusal()
        followIfMoved(facts, standby, &memory)
        _ = memory.track("disconnected-since", holds: false, now: 0)
        marker.remove()
      } else if !standby.isStreaming {
        detail = observeDisconnected(facts, standby, &health, &memory)
      }
    } else if facts.answer != nil {
      memory.failedAsPrimary = false
      _ = memory.track("disconnected-since", holds: false, now: 0)
      marker.remove()
    }
    let decision = healthRules.decide(health)
    return HealthFinding(
      decision: decision, reason: decision.because + (detail.isEmpty ? "" : " (\(detail))"))
  }

  /// Returns the evidence for the operator.
  private func observeDisconnected(
    _ facts: InstanceFacts, _ standby: ServerAnswer.Standby, _ health: inout HealthFacts,
    _ memory: inout Memory
  ) -> String {
    guard let state = context.cluster.state() else {
      health.isClusterUnknown = true
      return held(&health)
    }
    let resource = context.invocation.instance
    health.primary = state.primary(of: resource, otherThan: context.cluster.node)
    guard let primary = health.primary else {
      _ = memory.track("disconnected-since", holds: false, now: 0)
      let marked = held(&health)
      health.isPromised = health.isLeftBehind && context.isPromised(state, context.instance.durability)
      guard marked.isEmpty || health.isPromised, let refusal = context.standingRefusal(state, &memory)
      else { return marked }
      health.isElectionStuck = !refusal.isForLoss
      health.isLossPossible = refusal.isForLoss
      return refusal.reason
    }
    memory.forgetRefusal()
    let upstream = state.upstream(primary, for: resource)
    health.history = context.compare(facts, with: upstream)
    if !health.history.isOfItsOwn { follow(upstream, facts, standby, &memory) }
    if health.history == .follows, context.instance.keepsSlots { followAnew(upstream, facts, &memory) }
    var mayMissCommits = true
    if case .primaryDown = health.history { mayMissCommits = false }
    let limit = context.instance.values.duration(Declarations.disconnectTimeout) ?? .seconds(30)
    let gone = memory.track("disconnected-since", holds: mayMissCommits, now: secondsSinceBoot())
    health.isDisconnectedTooLong = mayMissCommits && gone >= limit
    return hold(health, primary, gone)
  }

  /// Keeps what must survive a restart of the node, and returns the evidence for the operator.
  private func hold(_ health: HealthFacts, _ primary: String, _ gone: Duration) -> String {
    switch health.history {
    case .diverged(let why):
      hold(.diverged, why)
      return why
    case .foreign(let why):
      hold(.foreign, why)
      return why
    case .primaryDown(let why): return why
    case .primaryUnreachable(let why):
      if health.isDisconnectedTooLong { hold(.leftBehind, why) }
      return why
    case .follows, .notCompared:
      if health.isDisconnectedTooLong { hold(.leftBehind, "not streaming from \(primary)") }
      return "for \(gone.brief), primary on \(primary)"
    }
  }

  private func held(_ health: inout HealthFacts) -> String {
    guard let kind = marker.kind else { return "" }
    switch kind {
    case .leftBehind:
      health.isLeftBehind = true
      return "to let it be promoted all the same, remove \(marker.path)"
    case .diverged: health.history = .diverged("as \(marker.path) says")
    case .foreign: health.history = .foreign("as \(marker.path) says")
    }
    return "as \(marker.path) says; to let it be promoted all the same, remove that file"
  }

  private func hold(_ kind: HeldMarker.Kind, _ reason: String) {
    do throws(HostError) {
      try marker.write(kind, because: reason)
    } catch {
      context.log(.warning, "\(marker.path): \(error.reason)")
    }
  }

  /// A standby that streams from another than was last agreed on: after a promotion whose notification was lost, it may
  /// stream from the former primary for ever; after a move by hand, what was agreed on is what is wrong. Only then is
  /// the cluster asked.
  private func followIfMoved(_ facts: InstanceFacts, _ standby: ServerAnswer.Standby, _ memory: inout Memory)
  {
    guard let current = standby.primaryConnection, current != memory["primary-connection"],
      let state = context.cluster.state()
    else { return }
    let resource = context.invocation.instance
    guard let primary = state.primary(of: resource, otherThan: context.cluster.node) else { return }
    follow(
      state.upstream(primary, for: resource), facts, standby, &memory)
  }

  private func follow(
    _ upstream: Upstream, _ facts: InstanceFacts, _ standby: ServerAnswer.Standby, _ memory: inout Memory
  ) {
    let wanted = context.replicationConnection(facts.pidFile).string(to: upstream)
    guard let current = standby.primaryConnection else { return }
    memory["primary-connection"] = wanted
    if current == wanted { return }
    do throws(ConnectionError) {
      try context.follow(upstream, facts)
      context.log(.info, "follows \(upstream.node) from now on, at \(upstream.address)")
    } catch {
      context.log(.warning, "cannot follow \(upstream.node): \(error.reason)")
    }
  }

  /// The primary is there, and this standby would follow it: it may have no slot for it any more. Looked at once a minute.
  private func followAnew(_ upstream: Upstream, _ facts: InstanceFacts, _ memory: inout Memory) {
    guard memory.isDue("slot-tried") else { return }
    do throws(ConnectionError) {
      try context.follow(upstream, facts)
    } catch {
      context.log(.warning, "cannot follow \(upstream.node): \(error.reason)")
    }
  }
}

extension Context {
  /// Whether the running standby may follow `upstream`.
  func compare(_ facts: InstanceFacts, with upstream: Upstream) -> HistoryCheck {
    do throws(ConnectionError) {
      let own = try PositionObserver(instance: instance).observe(facts, until: deadline)
      return replicationConnection(facts.pidFile).compare(
        own.position, systemIdentifier: own.systemIdentifier, with: upstream, until: deadline)
    } catch {
      return .notCompared
    }
  }
}
