internal import CIB
internal import Host
internal import MySQLFacts
internal import MySQLRules
internal import OCF
internal import Replication
internal import ReplicationActions

/// Finds out whether a running instance may be promoted and read from. While a replica replicates, no tool is needed.
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
    // Before this monitor starts it again: what was looked at is from before that.
    health.isReceiverHeld = memory["receiver-stopped"] != nil
    health.storage = storage.condition
    health.isFull = facts.isFull
    health.isStalled = durability.isStalled
    health.isPromiseVoid = durability.isVoid
    var detail = durability.reason
    if let answer = facts.answer, answer.isReadOnly {
      health.isApplierStuck = memory.isStuck(at: answer.overdue)
      if memory.owed(by: answer) == nil { memory.owed = nil }
      if let channel = answer.channel, channel.receiver == .running, channel.applierFailure == nil,
        !channel.wasCutShort,
        memory["source"] == "\(channel.host):\(channel.port)", memory.verified(is: answer)
      {
        memory["replicated"] = process(facts)
        memory.failedAsPrimary = false
        memory.forgetRefusal()
        _ = memory.track("disconnected-since", holds: false, now: 0)
        marker.remove()
        if answer.isOffline { detail = open(&health, &memory) }
      } else {
        detail = observeDisconnected(facts, answer, &health, &memory)
      }
    } else if facts.answer != nil {
      // A replica that somebody made writable stays what it was, whatever it was held for, until it is read-only again.
      if code.isPromoted {
        memory.failedAsPrimary = false
        if facts.expected != .unpromoted { memory.verified = nil }
        marker.remove()
      }
    } else {
      // Its silence must not make it a candidate again.
      detail = held(&health)
    }
    let decision = healthRules.decide(health)
    let evidence = [detail, facts.answer?.channel.map(failures) ?? ""].filter { !$0.isEmpty }
    return HealthFinding(
      decision: decision,
      reason: decision.because + (evidence.isEmpty ? "" : " (\(evidence.joined(separator: "; ")))"))
  }

  private func failures(_ channel: ReplicaChannel) -> String {
    [channel.applierFailure, channel.receiver == .running ? nil : channel.receiverFailure]
      .compactMap { $0?.description }.joined(separator: "; ")
  }

  /// Opens a replica to readers that was closed as a primary, or says who has to.
  private func open(_ health: inout HealthFacts, _ memory: inout Memory) -> String {
    do throws(ConnectionError) {
      if try context.reopen(try context.connect(), &memory) { return "" }
    } catch {
      context.log(.warning, "cannot be opened to applications: \(error.reason)")
    }
    health.isClosed = true
    return "needs SET GLOBAL offline_mode = OFF"
  }

  /// Returns the evidence for the operator.
  private func observeDisconnected(
    _ facts: InstanceFacts, _ answer: ServerAnswer, _ health: inout HealthFacts, _ memory: inout Memory
  ) -> String {
    let stray = facts.strayTransactions
    guard let state = context.cluster.state() else {
      health.isClusterUnknown = true
      health.isUnverified = stray != nil
      return held(&health)
    }
    let resource = context.invocation.instance
    health.primary = state.primary(of: resource, otherThan: context.cluster.node)
    guard let primary = health.primary else {
      _ = memory.track("disconnected-since", holds: false, now: 0)
      if let stray, !context.isAccepted(stray, of: answer, &memory) {
        let why = context.hold(stray: stray, of: answer, &memory)
        health.history = .diverged(why)
        return why
      }
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
    health.history = follow(upstream, facts, answer, &memory)
    health.isUnverified = stray != nil && health.history != .follows
    var mayMissCommits = true
    if case .primaryDown = health.history { mayMissCommits = false }
    let limit = context.instance.values.duration(Declarations.disconnectTimeout) ?? .seconds(30)
    let isReceiving = answer.channel?.receiver == .running
    let gone = memory.track(
      "disconnected-since", holds: mayMissCommits && !isReceiving, now: secondsSinceBoot())
    health.isDisconnectedTooLong = mayMissCommits && !isReceiving && gone >= limit
    return hold(health, primary, gone)
  }

  /// Follows the primary, if it does not yet and may. An applier that somebody stopped, or an error, is left alone.
  private func follow(
    _ upstream: Upstream, _ facts: InstanceFacts, _ answer: ServerAnswer, _ memory: inout Memory
  ) -> HistoryCheck {
    if !answer.obstacles.isEmpty { return .notCompared }
    do throws(ConnectionError) {
      let connection = try context.connect()
      let follow = ReplicaFollow(context: context, connection: connection)
      let peer = PeerServer(context: context, upstream: upstream, port: follow.port(answer))
      // Only a channel that this very server was seen to replicate by can have been stopped by somebody.
      let isStoppedByHand =
        answer.channel.map { channel in
          (channel.receiver == .stopped || !channel.isApplying) && !channel.wasCutShort
            && (memory["replicated"] == process(facts) || channel.receiverFailure != nil)
        } ?? false && memory["receiver-stopped"] == nil
        && memory["source"] == "\(upstream.address):\(follow.port(answer))"
      if answer.channel?.applierFailure != nil || isStoppedByHand {
        let check = peer.compare(answer, mustBePrimary: true, until: context.deadline)
        guard check == .follows else { return try leaving(check, answer, connection, &memory) }
        memory.verified = answer.ownTransactions
        if answer.channel?.hasUnreadableRelayLog ?? false, memory.storageCondition == .sound,
          try follow.receiveAnew(from: peer, answer, &memory)
        {
          context.noteFollowing(upstream, port: follow.port(answer), answer, &memory)
        }
        try applyAgain(answer, connection, memory)
        return .follows
      }
      switch try follow.follow(upstream, answer) {
      case .follows:
        context.noteFollowing(upstream, port: follow.port(answer), answer, &memory)
        if answer.isOffline { _ = try context.reopen(connection, &memory) }
        return .follows
      case .refused(let check): return try leaving(check, answer, connection, &memory)
      case .undrained(let why):
        context.log(.warning, "cannot follow \(upstream.node): \(why)")
        return .notCompared
      }
    } catch {
      context.log(.warning, "cannot follow \(upstream.node): \(error.reason)")
      return .notCompared
    }
  }

  /// After a disk that was full the applier only has to be started.
  private func applyAgain(_ answer: ServerAnswer, _ connection: Connection, _ memory: Memory)
    throws(ConnectionError)
  {
    guard let channel = answer.channel, channel.ranOutOfRoom, memory.storageCondition == .sound else {
      return
    }
    let dialect = Dialect(connection.version)
    // MariaDB throws its relay logs away when the applier is started while nothing runs (MariaDB, slave.cc, start_slave).
    if dialect.isMariaDB, channel.receiver == .stopped { return }
    try connection.query(dialect.startApplier, until: context.deadline)
    context.log(.info, "its applier is started again: it had stopped for want of room")
  }

  /// One that has diverged receives no more: it would acknowledge commits, and is never promoted with them.
  private func leaving(
    _ check: HistoryCheck, _ answer: ServerAnswer, _ connection: Connection, _ memory: inout Memory
  ) throws(ConnectionError) -> HistoryCheck {
    guard case .diverged = check else { return check }
    memory.heldOwn = answer.ownTransactions
    if answer.channel.map({ $0.receiver != .stopped }) ?? false {
      memory["receiver-stopped"] = "1"
      try connection.query(Dialect(connection.version).stopReceiver, until: context.deadline)
    }
    return check
  }

  private func process(_ facts: InstanceFacts) -> String? {
    if case .running(let pid) = facts.process { String(pid) } else { nil }
  }

  /// Keeps what must survive a restart of the node, and returns the evidence for the operator.
  private func hold(_ health: HealthFacts, _ primary: String, _ gone: Duration) -> String {
    switch health.history {
    case .diverged(let why):
      context.hold(.diverged, why)
      return why
    case .foreign(let why):
      context.hold(.foreign, why)
      return why
    case .primaryDown(let why): return why
    case .primaryUnreachable(let why):
      if health.isDisconnectedTooLong { context.hold(.leftBehind, why) }
      return why
    case .follows, .notCompared:
      if health.isDisconnectedTooLong { context.hold(.leftBehind, "receives nothing from \(primary)") }
      return gone > .zero ? "for \(gone.brief), primary on \(primary)" : ""
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
}

extension Context {
  /// Notes whom this node follows, so that monitors need not ask the cluster while it does.
  /// - Parameter answer: what was compared with that node's history.
  func noteFollowing(_ upstream: Upstream, port: Int, _ answer: ServerAnswer, _ memory: inout Memory) {
    memory.verified = answer.ownTransactions
    memory.heldOwn = nil
    memory["source"] = "\(upstream.address):\(port)"
    memory["receiver-stopped"] = nil
    memory["surplus"] = nil
  }

  /// A primary that was demoted is closed to applications until it follows again. The server itself remembers whether it was the
  /// agent that closed it: what monitors remember may not have been written.
  /// - Returns: false if somebody else closed it, who may want it so.
  func reopen(_ connection: Connection, _ memory: inout Memory) throws(ConnectionError) -> Bool {
    if memory["closed"] == nil {
      let row = try connection.query(Dialect.whoClosed, until: deadline).first
      guard let closer = row?["closer"], closer == row?["agent"] else { return false }
    }
    try connection.query("SET GLOBAL offline_mode = OFF", until: deadline)
    memory["closed"] = nil
    return true
  }
}
