internal import CIB
internal import Host
internal import OCF
internal import PostgreSQLFacts

/// Hears what the cluster is about to do, or did. Pacemaker ignores the exit code, so it is always success.
struct NotifyAction {
  let context: Context

  func run() -> Outcome {
    guard let notification = context.invocation.notification, let node = context.cluster.node else {
      return Outcome(.success, "no notification to hear")
    }
    switch (notification.moment, notification.operation) {
    case (.pre, .promote): beforePromotion(notification.lists, node: node)
    case (.post, .promote): afterPromotion(notification.lists, node: node)
    default: break
    }
    return Outcome(.success)
  }

  private func beforePromotion(_ lists: TransitionLists, node: String) {
    let facts = context.observer.observe(expected: nil, asksControl: false, until: context.deadline)
    // Pacemaker may promote a primary again, after a reload: there is nothing to decide.
    if facts.answer != nil, facts.answer?.standby == nil { return }
    let candidate = lists.promoting.first
    let election = ElectionAction(context: context)
    let own = election.publish(facts, candidate: candidate)
    if candidate == node { election.conduct(own, lists: lists) }
  }

  private func afterPromotion(_ lists: TransitionLists, node: String) {
    guard let primary = lists.promotedAfterwards.first, primary != node else { return }
    var memory = context.run.memory
    memory.failedAsPrimary = false
    let facts = context.observer.observe(expected: nil, asksControl: false, until: context.deadline)
    if let standby = facts.answer?.standby { follow(primary, facts, standby, &memory) }
    context.save(memory)
  }

  private func follow(
    _ primary: String, _ facts: InstanceFacts, _ standby: ServerAnswer.Standby, _ memory: inout Memory
  ) {
    guard let state = context.cluster.state() else { return }
    let upstream = Upstream(
      node: primary, address: state.address(of: primary, for: context.invocation.instance))
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
