internal import CIB
package import Host
package import OCF
package import Replication

/// What is checked before a healthy primary is demoted for another node, while nothing has been touched yet: in the
/// notification before the demotion. Both hear it; the other one tells, the primary decides.
package protocol Preflight {
  associatedtype Context: ActionContext

  var context: Context { get }
  /// The data directory, for messages.
  var object: String { get }
  /// The operator wants it.
  var isOn: Bool { get }
  /// How long a switchover may take.
  var limit: Duration { get }
  /// What this node would be as a target; nil when it does not answer.
  func readiness() -> TargetReadiness?
  /// Adds what the primary knows of itself; false when this is no healthy primary.
  func look(_ facts: inout PreflightFacts, target: String) -> Bool
  /// Waits until the target has what the primary has now, for as long as `patience` allows, and adds what is missing then.
  func wait(for target: String, _ facts: inout PreflightFacts)
  /// Makes the demotion short.
  func prepare()
}

extension Preflight {
  /// For how long the other node is waited for to get what is there by then: a connection through which nothing comes any more
  /// looks like one on which nothing is sent. No longer, because clients wait: the cluster has taken the writer's address away.
  package var patience: Deadline { context.deadline.earlier(.seconds(1)) }

  private var attribute: String { "\(context.invocation.instance)-preflight" }

  /// In the notification before a demotion, on every node.
  package func beforeDemotion(_ lists: TransitionLists) {
    guard let tools = context.cluster.tools, let node = tools.node, isOn, let target = lists.promoting.first,
      let primary = lists.demoting.first, lists.promoting == [target], target != primary,
      lists.promoted.contains(primary)
    else { return }
    // A primary that stops as well failed, or its node is to be free of it: that is not the operator's choice of a node.
    let isChoice = !lists.stopping.contains(primary)
    if node == target, isChoice { tell(tools) }
    guard node == primary, !context.run.memory.hasFailed else { return }
    var facts = PreflightFacts(limit: limit)
    guard look(&facts, target: target) else { return }
    if isChoice {
      facts.target = hear(target, tools)
      if facts.target?.isReceiving == true { wait(for: target, &facts) }
      // It may not know yet that its connection is gone.
      if facts.isCutOff { facts.target?.isReceiving = false }
      let decision = preflightRules.decide(facts)
      if case .refuse(let needs) = decision.verdict {
        return refuse(target, decision, facts.evidence, needs: needs, tools)
      }
      let along =
        facts.prepared > 0
        ? "; \(facts.prepared) prepared transaction\(facts.prepared == 1 ? "" : "s") will wait for the end there"
        : ""
      context.log(.info, "may be demoted for \(target): \(decision.because)\(along) | rule=\(decision.rule)")
    }
    prepare()
  }

  private func tell(_ tools: ClusterTools) {
    guard var readiness = readiness() else { return }
    // The primary may move this node's score, which this node then has to set again.
    var memory = context.run.memory
    readiness.storage = memory.storageCondition
    memory.doubtScore()
    context.save(memory)
    do throws(CommandError) {
      try tools.setAttribute(attribute, "\(secondsSinceEpoch()) \(readiness.text)", isPrivate: true)
    } catch {
      context.log(.warning, "whether it can take over could not be told: \(error.reason)")
    }
  }

  /// What the target says now. What it said before may stand there still.
  private func hear(_ target: String, _ tools: ClusterTools) -> TargetReadiness? {
    let deadline = context.deadline.earlier(.seconds(5))
    var first: String?
    while true {
      let value = (try? tools.attributeOfEveryNode(attribute))?[target] ?? ""
      let seen = first ?? value
      first = seen
      let parts = value.split(separator: " ", maxSplits: 1)
      if let stamp = parts.first.flatMap({ Int64($0) }), let text = parts.last {
        let isRecent = (-2...2).contains(secondsSinceEpoch() - stamp)
        // Clocks may differ.
        if isRecent || value != seen || deadline.isPast && (-60...60).contains(secondsSinceEpoch() - stamp) {
          return TargetReadiness(text)
        }
      }
      if deadline.isPast { return nil }
      pause(.milliseconds(20), until: deadline)
    }
  }

  /// The transition is computed anew without the target, and the primary stays what it is.
  private func refuse(
    _ target: String, _ decision: Decision<PreflightVerdict>, _ evidence: String, needs: String,
    _ tools: ClusterTools
  ) {
    let resource = context.invocation.instance
    let reason =
      "switchover to \(target) refused: \(decision.because)\(evidence.isEmpty ? "" : " (\(evidence))")"
    context.log(
      .error,
      "\(object): \(reason); needs \(needs), or to move all the same: crm_resource --resource \(resource) --set-parameter preflight --parameter-value false; to give up: crm_resource --clear --resource \(resource) | rule=\(decision.rule)"
    )
    var memory = context.run.memory
    // The cluster tries again as long as it is asked to.
    if memory["switchover-refused"] != reason { context.note("switchover", reason) }
    memory["switchover-refused"] = reason
    memory["switchover-refused-at"] = String(secondsSinceBoot())
    Publisher(context).publish([("switchover", reason)], in: &memory)
    context.save(memory)
    do throws(CommandError) {
      try context.move(tools, [target: .minusInfinity])
    } catch {
      context.log(.warning, "the scores could not be moved: \(error.reason); the switchover goes on")
    }
  }
}

extension Memory {
  /// For the attribute of that name: why the last switchover was refused, until a minute later.
  package mutating func refusedSwitchover(now: Int64 = secondsSinceBoot()) -> [(name: String, value: String)]
  {
    guard let since = since("switchover-refused-at") else { return [] }
    if now - since < 60 { return [("switchover", self["switchover-refused"] ?? "")] }
    self["switchover-refused"] = nil
    self["switchover-refused-at"] = nil
    return [("switchover", "")]
  }
}

extension ActionContext {
  /// Sets the scores and waits until the CIB shows them: then the transition is known to be void.
  package func move(_ tools: ClusterTools, _ scores: [String: PromotionScore]) throws(CommandError) {
    for (node, score) in scores { try tools.setPromotionScore(score, of: node) }
    if let node = tools.node, let own = scores[node] {
      var memory = run.memory
      memory.notePublished("score", own.description)
      save(memory)
    }
    let deadline = deadline.earlier(.seconds(5))
    while !deadline.isPast {
      var isSet = true
      for (node, score) in scores { isSet = try tools.promotionScore(of: node) == score && isSet }
      if isSet { return }
      pause(.milliseconds(10), until: deadline)
    }
  }
}
