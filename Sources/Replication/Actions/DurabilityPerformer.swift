internal import CIB
internal import Host
internal import OCF
internal import Replication

/// Brings a primary's acknowledgements and the record in the cluster's configuration to where they should be, step by
/// step, each step true whatever happens after it.
package struct DurabilityPerformer<Context: ActionContext, Server: Acknowledging> {
  private let context: Context
  private let server: Server
  private let wish: DurabilityWish

  /// For the primary of `context`.
  package init(_ context: Context, _ server: Server, _ wish: DurabilityWish) {
    self.context = context
    self.server = server
    self.wish = wish
  }

  /// Goes on towards what the operator asks for, as far as it can be done now. While nothing changes it asks the server once,
  /// and the cluster not at all.
  package func keep(_ memory: inout Memory) -> DurabilityFinding {
    let deadline = context.deadline.earlier(.seconds(8))
    guard let node = context.cluster.node, let option = DurabilityOption(context) else {
      return DurabilityFinding()
    }
    if wish.policy == .async, memory["durability-managed"] == nil, memory["durability-seen"] == "async" {
      return DurabilityFinding()
    }
    var finding = DurabilityFinding()
    do throws(Unknown) {
      let look = try server.look(after: nil, nil, memory)
      if let signature = signature(look), memory["durability-settled"] == signature {
        finding.record = memory["durability-record"].flatMap { DurabilityRecord($0) }
        finding.isStalled = isStalled(look)
        finding.reason = memory["durability-reason"] ?? ""
        finding.isVoid = memory["durability-void"] != nil
        return finding
      }
      memory["durability-settled"] = nil
      try settle(node, option, &finding, &memory, until: deadline)
    } catch {
      finding.reason = error.reason
      context.log(.warning, "durability: \(error.reason)")
    }
    memory["durability-record"] = finding.record?.description
    memory["durability-reason"] = finding.reason.isEmpty ? nil : finding.reason
    memory["durability-void"] = finding.isVoid ? "1" : nil
    return finding
  }

  /// Before a promotion: what was promised holds from the first commit on. With no promise yet, the first one is that this
  /// node has everything.
  package func begin() throws(Unknown) {
    var memory = context.run.memory
    defer { context.save(memory) }
    for field in ["durability-seen", "durability-settled", "durability-record"] { memory[field] = nil }
    guard wish.policy != .async, let node = context.cluster.node, let option = DurabilityOption(context)
    else { return }
    let record: DurabilityRecord
    if let promised = try option.read() {
      let isPossible = try server.waits(forAsManyAs: promised.rule(on: node).count)
      record = isPossible ? promised : include(node, promised, option)
    } else {
      guard let first = DurabilityRecord(copies: 1, members: [node]) else { return }
      try option.write(first)
      record = first
    }
    memory["durability-managed"] = "1"
    try server.set(record.rule(on: node), &memory)
  }

  /// With a rule that waits for less than the old record asks, every node must know the new one first. Where that cannot be made
  /// sure of, the server waits for more, which satisfies both.
  private func include(_ node: String, _ promised: DurabilityRecord, _ option: DurabilityOption)
    -> DurabilityRecord
  {
    let wider = promised.including(node)
    if wider == promised { return promised }
    do throws(Unknown) {
      try option.write(wider)
      guard var state = context.cluster.state() else {
        throw Unknown("the cluster's configuration cannot be read")
      }
      try confirm(option, wider, &state, until: context.deadline)
    } catch {
      context.log(.warning, "durability: \(promised) holds on, without \(node): \(error.reason)")
      return promised
    }
    announce(promised, wider, "it becomes the primary, and has everything")
    return wider
  }

  private func settle(
    _ node: String, _ option: DurabilityOption, _ finding: inout DurabilityFinding, _ memory: inout Memory,
    until deadline: Deadline
  ) throws(Unknown) {
    guard var state = context.cluster.state() else {
      throw Unknown("the cluster's configuration cannot be read")
    }
    var record = try option.read(state)
    memory["durability-seen"] = wish.policy.rawValue
    finding.record = record
    if wish.policy == .async, memory["durability-managed"] == nil, record == nil { return }
    memory["durability-managed"] = "1"
    context.save(memory)
    var mark: String? = nil
    while true {
      let look = try server.look(after: mark, state, memory)
      var facts = DurabilityFacts(
        primary: node, policy: wish.policy, acknowledgements: wish.acknowledgements, record: record,
        rule: look.rule)
      describe(&facts, look, state, &memory)
      server.remember(look, &memory)
      let (step, decision) = facts.step
      finding.isStalled = isStalled(look)
      finding.reason = ""
      switch step {
      case .settled:
        // What waits for time is looked at again.
        if isSteady(facts, look, &memory) { memory["durability-settled"] = signature(look) }
        if finding.isStalled {
          finding.reason = durabilityGoals.decide(facts).because
        } else if record != nil, let objection = try server.objection() {
          finding.reason = objection
          finding.isVoid = true
        }
        return
      case .giveBack:
        try server.giveBack(&memory)
        memory["durability-managed"] = nil
        return
      case .write(let next):
        // A node that is cut off would write to itself, and come back with what looks newer than the truth.
        try confirm(option, record, &state, until: deadline)
        try option.write(next)
        announce(record, next, durabilityGoals.decide(facts).because)
        record = next
        finding.record = next
        guard let read = context.cluster.state() else {
          throw Unknown("the cluster's configuration cannot be read")
        }
        state = read
      case .set(let rule, let confirming):
        try confirm(option, confirming, &state, until: deadline)
        try refuseUninvited(rule, facts)
        try server.set(rule, &memory)
        mark = nil
      case .wait(let standbys):
        finding.reason = "\(decision.because): \(standbys.sorted().joined(separator: " "))"
        if deadline.isPast || standbys.isDisjoint(with: look.streaming) { return }
        pause(.milliseconds(20), until: deadline)
      }
      if deadline.isPast { throw Unknown("no time left; goes on at the next monitor") }
      if mark == nil { mark = try server.mark() }
    }
  }

  /// Where the server counts whoever acknowledges, nobody may be able to who is not named. With several copies promised, only
  /// members acknowledge.
  private func refuseUninvited(_ rule: AcknowledgementRule, _ facts: DurabilityFacts) throws(Unknown) {
    guard !server.namesStandbys, rule.count > 0 else { return }
    let members = (facts.record?.copies ?? 1) > 1 ? facts.record?.members ?? [] : facts.peers
    let able = members.subtracting(facts.down).subtracting([facts.primary]).subtracting(rule.standbys)
    guard able.isEmpty else {
      throw Unknown(
        "\(able.sorted().joined(separator: " ")) may acknowledge commits, and is to be no member; needs it stopped"
      )
    }
  }

  /// Another node sees what was written a moment later.
  private func confirm(
    _ option: DurabilityOption, _ record: DurabilityRecord?, _ state: inout ClusterState,
    until deadline: Deadline
  ) throws(Unknown) {
    let limit = deadline.earlier(.seconds(2))
    while true {
      do throws(Unknown) {
        return try option.confirm(record, state)
      } catch {
        if limit.isPast { throw Unknown("nothing is changed yet, because \(error.reason)") }
      }
      pause(.milliseconds(50), until: limit)
      if let read = context.cluster.state() { state = read }
    }
  }

  private func describe(
    _ facts: inout DurabilityFacts, _ look: AcknowledgementLook, _ state: ClusterState, _ memory: inout Memory
  ) {
    let resource = context.cluster.instance
    let members = state.nodes.filter { $0.kind == .member }.map(\.name)
    facts.peers = Set(members)
    facts.namesStandbys = server.namesStandbys
    facts.streaming = look.streaming.intersection(members)
    facts.complete = look.complete.intersection(members)
    facts.number = look.number
    facts.down = Set(
      members.filter { name in
        switch state.availability(of: name) {
        case .offline: true
        case .online: [.stopped, .unknown].contains(state.role(of: resource, on: name))
        case .pending, .unclean: false
        }
      })
    // A node that was removed from the cluster is not waited for.
    facts.down.formUnion(facts.missing.subtracting(members))
    let missing = facts.missing.sorted().joined(separator: " ")
    if memory["missing"] != missing {
      memory["missing"] = missing
      memory["missing-since"] = nil
    }
    let isWaiting = !missing.isEmpty || facts.acknowledging < facts.streaming.count
    let gone = memory.track("missing-since", holds: isWaiting, now: secondsSinceBoot())
    facts.isMissingTooLong = isWaiting && gone >= wish.limit
  }

  /// Nothing is on its way that the server alone would not show: a member that is waited for, a replica that connected and that
  /// the cluster has not told of yet.
  private func isSteady(
    _ facts: DurabilityFacts, _ look: AcknowledgementLook, _ memory: inout Memory
  ) -> Bool {
    let isWaiting = !facts.missing.isEmpty && facts.policy == .quorum
    let isLess = !facts.namesStandbys && (facts.record?.copies ?? 0) <= wish.acknowledgements
    let isUnknown = look.connected.map { $0 > look.streaming.count } ?? false
    // Somebody else may read the primary's log for ever.
    let unknown = memory.track("unknown-replicas-since", holds: isUnknown, now: secondsSinceBoot())
    return !isWaiting && !isLess && (!isUnknown || unknown > .seconds(60))
  }

  /// Fewer of those that may acknowledge stream than must: every commit waits.
  private func isStalled(_ look: AcknowledgementLook) -> Bool {
    guard let rule = look.rule else { return false }
    return (look.number ?? rule.standbys.intersection(look.streaming).count) < rule.count
  }

  private func signature(_ look: AcknowledgementLook) -> String? {
    guard let rule = look.rule else { return nil }
    let words = [wish.policy.rawValue, String(wish.acknowledgements), String(rule.count)]
    let number = [look.number, look.connected].compactMap { $0.map { String($0) } }
    return (words + rule.standbys.sorted() + ["of"] + number + look.streaming.sorted()).joined(separator: " ")
  }

  private func announce(
    _ former: DurabilityRecord?, _ next: DurabilityRecord?, _ goal: String
  ) {
    let nothing = "no promise"
    let text = "\(former?.words ?? nothing) becomes \(next?.words ?? nothing): \(goal)"
    context.log(.info, "durability: \(text)")
    context.note("durability", text)
  }
}
