internal import Host
package import OCF
package import Replication

/// What was decided about a running instance, and the sentence with its evidence.
package struct HealthFinding {
  package let decision: Decision<Health>
  package var reason: String

  package init(decision: Decision<Health>, reason: String) {
    self.decision = decision
    self.reason = reason
  }
}

extension ActionContext {
  /// A probe comes after a restart of the cluster's software, or a refresh: what was told it may be forgotten. So it is when
  /// the attribute daemon is another one. Who is no child of the executor, as a sentinel, does not know which it is.
  package func noticeNewAttributeDaemon(_ memory: inout Memory) {
    let daemon = Publisher.attributeDaemon()
    guard invocation.isProbe || (daemon != nil && memory["attribute-daemon"] != daemon) else { return }
    memory.forgetPublished()
    memory["attribute-daemon"] = daemon
  }

  /// Tells the cluster what a monitor found out, and what the monitor answers then: degraded, if that is what was found.
  /// - Parameters:
  ///   - object: the data directory, for messages.
  ///   - attributes: names and values, asked for when they are to be told; they may look at what was told before.
  package func tell(
    _ health: HealthFinding, of object: String, after outcome: Outcome, _ memory: inout Memory,
    attributes: (inout Memory) -> [(name: String, value: String)]
  ) -> Outcome {
    withdrawForgottenVote()
    let isLeft = memory.leavesScore { hasOtherPrimary }
    let verdict = health.decision.verdict
    let publisher = Publisher(self)
    switch verdict.promotion {
    case .score(let value):
      memory.decidedScore = PromotionScore(value)
      if !isLeft { publisher.publish(score: PromotionScore(value), in: &memory) }
    case .never:
      memory.decidedScore = nil
      publisher.publish(score: .minusInfinity, in: &memory)
    case .unchanged: break
    }
    // While the cluster has no primary it is about to promote one, and every attribute that changes makes it begin anew.
    // What is worth saying then is said by the next monitor.
    if verdict.state != "waiting-for-primary" || memory["state"] == verdict.state {
      publisher.publish(attributes(&memory), in: &memory)
    }
    if invocation.isProbe { publisher.refresh() }
    let previous = memory["state"]
    memory["state"] = verdict.state
    if previous != verdict.state {
      log(.info, "\(verdict.state): \(health.reason) | rule=\(health.decision.rule)")
    }
    guard verdict.isDegraded else { return outcome }
    let reason = "\(object): \(health.reason)"
    switch outcome.code {
    case .success: return Outcome(.degraded, reason, rule: health.decision.rule)
    case .runningPromoted: return Outcome(.degradedPromoted, reason, rule: health.decision.rule)
    default: return outcome
    }
  }
}
