internal import CIB
internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// Hears what the cluster is about to do, or did. Pacemaker ignores the exit code, so it is always success.
struct NotifyAction {
  let context: Context

  func run() -> Outcome {
    guard let notification = context.invocation.notification, let node = context.cluster.node else {
      return Outcome(.success, "no notification to hear")
    }
    context.offerAgain(notification.lists)
    switch (notification.moment, notification.operation) {
    case (.pre, .demote): SourcePreflight(context: context).beforeDemotion(notification.lists)
    case (.pre, .promote): beforePromotion(notification.lists, node: node)
    case (.post, .promote): afterPromotion(notification.lists, node: node)
    case (.post, .start):
      context.askAgain()
      keepPromise()
    case (.post, .stop): keepPromise()
    default: break
    }
    return Outcome(.success)
  }

  /// A replica came or went: the primary need not wait for its next monitor.
  private func keepPromise() {
    guard context.instance.durability.policy != .async, context.run.memory["state"] == "primary" else {
      return
    }
    let facts = context.observer.observe(expected: .promoted, until: context.deadline)
    guard facts.answer.map({ !$0.isReadOnly }) ?? false else { return }
    var memory = context.run.memory
    _ = context.durability.keep(&memory)
    context.save(memory)
  }

  private func beforePromotion(_ lists: TransitionLists, node: String) {
    if isStartedLate() { return }
    // Whatever becomes of the rest: whom this node follows has to be looked at again. A former primary that is a replica now
    // goes on sending.
    var memory = context.run.memory
    if memory["source"] != nil {
      memory["source"] = nil
      context.save(memory)
    }
    var facts = context.observer.observe(expected: nil, until: context.deadline)
    let candidate = lists.promoting.first
    if let answer = facts.answer, !answer.isReadOnly {
      let isKnown = lists.promoted.contains(node)
      // Pacemaker may promote a primary again, after a reload: there is nothing to decide.
      if candidate == node, isKnown || answer.channels.isEmpty { return }
      if isKnown || !closeReplica(&facts) {
        let election = GTIDElector(context: context, facts: facts)
        if candidate != node { return election.veto() }
        return election.stepBack(
          because: "it accepts writes although it is a replica, and cannot be made read-only")
      }
    }
    stopReceiving(&facts)
    let election = GTIDElector(context: context, facts: facts)
    if candidate == node, let answer = facts.answer, let stray = facts.strayTransactions {
      var memory = context.run.memory
      let why = context.hold(stray: stray, of: answer, &memory)
      context.save(memory)
      election.stepBack(because: why)
      return
    }
    if candidate == node, let answer = facts.answer, !answer.hasAppliedAll,
      let failure = answer.channel?.applierFailure
    {
      // Promote would refuse, and the server be restarted for it. What it received counts when another is the candidate.
      election.stepBack(because: "its applier stopped: \(failure.description)")
      return
    }
    if candidate == node, let answer = facts.answer, let owed = memory.owed(by: answer) {
      election.stepBack(because: "it lacks \(owed.short), which it had received, and has not received again")
      return
    }
    let (own, told) = election.publish(candidate: candidate)
    if candidate == node {
      election.conduct(own, lists: lists, told: told)
    } else if let candidate, own != nil {
      election.protest(against: candidate, own: own)
    }
  }

  /// Somebody made a server writable that the cluster does not take for its primary: it must not keep another from being it.
  private func closeReplica(_ facts: inout InstanceFacts) -> Bool {
    let object = context.instance.datadir
    do throws(ConnectionError) {
      let connection = try context.connect()
      try WriteBarrier(context: context, connection: connection).forbidWrites(
        until: context.deadline.earlier(.seconds(5)))
      facts.connection = .answered(try connection.look(until: context.deadline))
    } catch {
      context.log(.error, "\(object): accepts writes, and cannot be made read-only: \(error.reason)")
      return false
    }
    context.log(
      .warning,
      "\(object): accepted writes although it is no primary, and is read-only now; find out who did that"
    )
    return true
  }

  /// What a node has said of its position must stay true until the promotion: a receiver would take more from a crashed
  /// primary that is up again, transactions that the promoted one does not have, and the node would have diverged.
  private func stopReceiving(_ facts: inout InstanceFacts) {
    guard let answer = facts.answer, let channel = answer.channel, channel.receiver != .stopped else {
      return
    }
    do throws(ConnectionError) {
      let connection = try context.connect()
      let dialect = Dialect(connection.version)
      // MariaDB throws its relay logs away when the applier is started while nothing runs (MariaDB, slave.cc, start_slave).
      if dialect.isMariaDB, !channel.isApplying, channel.applierFailure == nil {
        try connection.query(dialect.startApplier, until: context.deadline)
      }
      try connection.query(dialect.stopReceiver, until: context.deadline)
      var memory = context.run.memory
      memory["receiver-stopped"] = "1"
      context.save(memory)
      facts.connection = .answered(try connection.look(until: context.deadline))
    } catch {
      context.log(.warning, "cannot stop receiving: \(error.reason)")
    }
  }

  private func isStartedLate() -> Bool {
    let limit = context.instance.values.duration(Declarations.electionTimeout) ?? .seconds(5)
    return context.lateStart.beforePromotion(within: limit) { () throws(OCFError) in
      _ = try StartAction(context: context, occasion: .election).run()
    }
  }

  private func afterPromotion(_ lists: TransitionLists, node: String) {
    guard let primary = lists.promotedAfterwards.first, primary != node else {
      return context.withdrawVote(always: true) { keepPromise() }
    }
    var found: InstanceFacts?
    context.withdrawVote(always: true) {
      found = context.observer.observe(expected: nil, until: context.deadline)
    }
    var memory = context.run.memory
    // The monitor starts it.
    if context.lateStart.isPending(memory) { return context.save(memory) }
    guard let state = context.cluster.state() else { return }
    guard let answer = found?.answer, answer.isReadOnly, answer.obstacles.isEmpty else { return }
    // Another node may have moved it in the election.
    memory.notePublished("score", nil)
    let upstream = state.upstream(primary, for: context.invocation.instance)
    do throws(ConnectionError) {
      let connection = try context.connect()
      let follow = ReplicaFollow(context: context, connection: connection)
      switch try follow.follow(upstream, answer) {
      case .follows:
        context.noteFollowing(upstream, port: follow.port(answer), answer, &memory)
        memory.failedAsPrimary = false
        if answer.isOffline { _ = try context.reopen(connection, &memory) }
      case .refused(.diverged(let why)):
        context.hold(.diverged, why)
        context.log(.error, "does not follow \(primary): \(why); needs a new copy of its data")
      case .refused(let check): context.log(.warning, "does not follow \(primary) yet: \(check)")
      case .undrained(let why): context.log(.warning, "does not follow \(primary) yet: \(why)")
      }
    } catch {
      context.log(.warning, "cannot follow \(primary): \(error.reason); the monitor tries again")
    }
    context.save(memory)
  }
}
