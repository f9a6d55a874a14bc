internal import CIB
internal import Host
internal import OCF
internal import PostgreSQLFacts
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
    case (.pre, .demote): PrimaryPreflight(context: context).beforeDemotion(notification.lists)
    case (.pre, .promote): beforePromotion(notification.lists, node: node)
    case (.post, .promote): afterPromotion(notification.lists, node: node)
    case (.post, .start):
      context.askAgain()
      noteSlotsDue()
      keepPromise()
    case (.post, .stop): keepPromise()
    default: break
    }
    return Outcome(.success)
  }

  /// A node that came may need a slot, here as on the primary: the next monitor sees to it.
  private func noteSlotsDue() {
    var memory = context.run.memory
    memory["slots-due"] = "1"
    context.save(memory)
  }

  /// A standby came or went: the primary need not wait for its next monitor.
  private func keepPromise() {
    guard context.instance.durability.policy != .async, context.run.memory["state"] == "primary" else {
      return
    }
    let facts = context.observer.observe(expected: .promoted, asksControl: false, until: context.deadline)
    guard facts.answer != nil, facts.answer?.standby == nil else { return }
    var memory = context.run.memory
    _ = context.durability(facts).keep(&memory)
    context.save(memory)
  }

  private func beforePromotion(_ lists: TransitionLists, node: String) {
    if isStartedLate() { return }
    // Whatever becomes of the rest: whom this node follows has to be looked at again. A former primary that is a standby now
    // goes on sending.
    var memory = context.run.memory
    if memory["primary-connection"] != nil {
      memory["primary-connection"] = nil
      context.save(memory)
    }
    var facts = context.observer.observe(expected: nil, asksControl: false, until: context.deadline)
    let candidate = lists.promoting.first
    if facts.answer != nil, facts.answer?.standby == nil {
      // Pacemaker may promote a primary again, after a reload: there is nothing to decide. Another's promotion is vetoed.
      if candidate != node { WALElector(context: context, facts: facts).veto() }
      return
    }
    stopReceiving(&facts)
    let election = WALElector(context: context, facts: facts)
    let (own, told) = election.publish(candidate: candidate)
    if candidate == node {
      election.conduct(own, lists: lists, told: told)
    } else if let candidate, own != nil {
      election.protest(against: candidate, own: own)
    }
  }

  /// What a node has said of its position must stay true until the promotion: a receiver would take more from a crashed
  /// primary that is up again as a standby, WAL that the promoted one does not have, and the node would have diverged.
  private func stopReceiving(_ facts: inout InstanceFacts) {
    guard let standby = facts.answer?.standby, standby.primaryConnection != "" else { return }
    do throws(ConnectionError) {
      try context.follow(nil, facts)
    } catch {
      context.log(.warning, "cannot stop receiving: \(error.reason)")
      return
    }
    let deadline = context.deadline.earlier(.seconds(1))
    repeat {
      facts = context.observer.observe(expected: nil, asksControl: false, until: context.deadline)
      if facts.answer?.standby?.receiverStatus == nil { return }
      pause(.milliseconds(5), until: deadline)
    } while !deadline.isPast
    context.log(.warning, "its receiver did not end within a second")
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
      found = context.observer.observe(expected: nil, asksControl: false, until: context.deadline)
    }
    var memory = context.run.memory
    // Another node may have moved it in the election.
    memory.notePublished("score", nil)
    // The monitor starts it.
    if context.lateStart.isPending(memory) { return context.save(memory) }
    memory.failedAsPrimary = false
    if let facts = found, let standby = facts.answer?.standby { follow(primary, facts, standby, &memory) }
    context.save(memory)
  }

  private func follow(
    _ primary: String, _ facts: InstanceFacts, _ standby: ServerAnswer.Standby, _ memory: inout Memory
  ) {
    guard let state = context.cluster.state() else { return }
    let upstream = state.upstream(primary, for: context.invocation.instance)
    let wanted = context.replicationConnection(facts.pidFile).string(to: upstream)
    memory["primary-connection"] = wanted
    do throws(ConnectionError) {
      // Also when the setting is right already: a receiver that found nobody sleeps for wal_retrieve_retry_interval (5 s),
      // and re-reading the configuration wakes it, while commits of the new primary may wait for this standby.
      try context.follow(upstream, facts)
      if standby.primaryConnection != wanted {
        context.log(.info, "follows \(primary) from now on, at \(upstream.address)")
      }
    } catch {
      context.log(.warning, "cannot follow \(primary): \(error.reason); the monitor tries again")
    }
  }
}
