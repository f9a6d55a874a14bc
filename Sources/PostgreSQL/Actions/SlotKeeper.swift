internal import CIB
internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import Replication
internal import ReplicationActions

/// Keeps this server's slots for the other nodes. While they keep nothing that could go, and none is idle on a primary, it asks
/// nobody and starts nothing.
struct SlotKeeper {
  private let context: Context
  private let facts: InstanceFacts
  private var isPrimary: Bool { facts.answer?.standby == nil }

  init(_ context: Context, _ facts: InstanceFacts) {
    self.context = context
    self.facts = facts
  }

  /// Returns the slots that an operator should look at, each with what is wrong.
  func tend(_ memory: inout Memory) -> String {
    guard let answer = facts.answer, context.cluster.node != nil else { return "" }
    guard context.instance.keepsSlots else {
      for slot in answer.slots { perform(.drop, slot.name, nil, "slots=false") }
      return ""
    }
    if let standby = answer.standby {
      useSlot(standby, &memory)
      tendStandby(answer, standby, &memory)
    } else {
      tendPrimary(answer, &memory)
      if context.instance.synchronizesSlots { holdDecoding(answer) }
    }
    return answer.slots.filter { $0.status == "unreserved" || $0.status == "lost" }
      .map { "\($0.name):\($0.status ?? "")" }.joined(separator: " ")
  }

  // MARK: The primary

  private func tendPrimary(_ answer: ServerAnswer, _ memory: inout Memory) {
    let limit = context.instance.values.duration(Declarations.slotLimit) ?? .seconds(3600)
    let now = secondsSinceBoot()
    let idle = answer.slots.filter { !$0.isActive }
    // Slots that are gone are not remembered.
    for field in memory.fields.keys where field.hasPrefix(Self.idleField) {
      if !idle.contains(where: { Self.idleField + $0.name == field }) { memory[field] = nil }
    }
    if idle.isEmpty { return }
    let members = memory.isDue("slots-asked") ? self.members : nil
    for slot in idle {
      var found = SlotFacts(slot: slot)
      found.isPrimary = true
      found.isOwn = slot.name == ownName
      found.isMember = members.map { $0.contains(slot.name) }
      found.isIdleTooLong = memory.track(Self.idleField + slot.name, holds: true, now: now) >= limit
      decide(found, slot.name)
    }
  }

  /// Logical decoding waits for every slot that is named, also for one that is not there.
  private func holdDecoding(_ answer: ServerAnswer) {
    let wanted = answer.slots.filter(\.isActive).map(\.name).sorted().joined(separator: ",")
    let name = "synchronized_standby_slots"
    do throws(ConnectionError) {
      let connection = try LocalServer(instance: context.instance, pidFile: facts.pidFile).connect(
        until: context.deadline)
      let row = try connection.query("SELECT current_setting('\(name)') AS now", until: context.deadline)
        .first
      if row?["now"] == wanted { return }
      try ServerSettings.alter(name, wanted, on: connection, until: context.deadline)
      _ = try connection.query("SELECT pg_reload_conf()", until: context.deadline)
      context.log(.info, "\(name) is \(wanted.isEmpty ? "empty" : wanted) from now on")
    } catch {
      context.log(.warning, "\(name) cannot be set: \(error.reason)")
    }
  }

  // MARK: A standby

  /// A standby that could not have a slot when it began to follow tries again.
  private func useSlot(_ standby: ServerAnswer.Standby, _ memory: inout Memory) {
    guard standby.isStreaming, standby.receiverSlot != ownName, memory.isDue("slot-tried"),
      let upstream = context.otherPrimary
    else { return }
    let replication = context.replicationConnection(facts.pidFile)
    // Where it still cannot have one, nothing is changed.
    guard standby.primaryConnection == replication.string(to: upstream),
      !context.slot(at: upstream, replication).isEmpty
    else { return }
    do throws(ConnectionError) {
      try context.follow(upstream, facts)
    } catch {
      context.log(.warning, "cannot use a slot on \(upstream.node): \(error.reason)")
    }
  }

  private func tendStandby(
    _ answer: ServerAnswer, _ standby: ServerAnswer.Standby, _ memory: inout Memory
  ) {
    guard standby.isStreaming, let upstream = standby.primaryConnection, let replayed = standby.replayed
    else {
      return dropUncompared(answer, &memory)
    }
    let isNews = memory["slots-due"] != nil || memory["slots-upstream"] != upstream
    // Less than a file's worth frees nothing.
    let keepsMuch = answer.slots.contains { slot in
      slot.restart.map { replayed.distance(after: $0) >= 32 << 20 } ?? true
    }
    guard isNews || keepsMuch, memory.isDue("slots-asked") || isNews else { return }
    if isNews || memory["slot-peers"] == nil {
      guard let state = context.cluster.state() else { return }
      memory["slot-peers"] = state.members.map(ReplicationSlot.name(of:)).joined(separator: " ")
      memory["slot-primary"] = state.primary(
        of: context.invocation.instance, otherThan: context.cluster.node
      ).map(ReplicationSlot.name(of:))
    }
    do throws(ConnectionError) {
      try compare(answer, upstream, replayed, memory)
      memory["slots-due"] = nil
      memory["slots-upstream"] = upstream
      memory["slots-uncompared"] = nil
    } catch {
      context.log(.warning, "what the other nodes still need is not known: \(error.reason)")
      memory["slots-upstream"] = upstream
      dropUncompared(answer, &memory)
    }
  }

  private func compare(
    _ answer: ServerAnswer, _ upstream: String, _ replayed: LSN, _ memory: Memory
  ) throws(ConnectionError) {
    let slots = try UpstreamSlots(
      upstream, context.replicationConnection(facts.pidFile), until: context.deadline.earlier(.seconds(5)))
    let peers = (memory["slot-peers"] ?? "").split(separator: " ").map(String.init)
    let local = try LocalServer(instance: context.instance, pidFile: facts.pidFile).connect(
      until: context.deadline)
    let row = try local.query("SELECT redo_lsn FROM pg_control_checkpoint()", until: context.deadline).first
    let redo = row?["redo_lsn"].flatMap { LSN($0) }
    for name in Set(peers + answer.slots.map(\.name)).sorted() {
      var found = SlotFacts(slot: answer.slots.first { $0.name == name })
      found.isOwn = name == ownName
      found.isMember = peers.contains(name)
      found.available = redo
      if name == memory["slot-primary"] {
        // If it crashes, pg_rewind takes it back to a checkpoint that this standby has replayed, too.
        found.isWanted = true
        found.needed = redo
      } else if !found.isOwn {
        let remote = try slots.slot(name)
        found.isWanted = remote != nil
        found.needed = remote?.restart.map { min($0, replayed) }
      }
      decide(found, name)
    }
  }

  /// Nobody advances them: they must not keep WAL for ever.
  private func dropUncompared(_ answer: ServerAnswer, _ memory: inout Memory) {
    let limit = context.instance.values.duration(Declarations.slotLimit) ?? .seconds(3600)
    let gone = memory.track("slots-uncompared", holds: !answer.slots.isEmpty, now: secondsSinceBoot())
    guard gone >= limit else { return }
    for slot in answer.slots {
      var found = SlotFacts(slot: slot)
      found.isUncomparedTooLong = true
      decide(found, slot.name)
    }
  }

  // MARK: Both

  private static let idleField = "slot-idle."

  private var ownName: String { context.cluster.node.map(ReplicationSlot.name(of:)) ?? "" }

  /// The names of the slots that the cluster's nodes would have; nil when it cannot be asked.
  private var members: Set<String>? {
    guard let state = context.cluster.state(), state.hasQuorum ?? false else { return nil }
    return Set(state.members.map(ReplicationSlot.name(of:)))
  }

  private func decide(_ found: SlotFacts, _ name: String) {
    let decision = slotRules.decide(found)
    if decision.verdict != .keep { perform(decision.verdict, name, found.needed, decision.because) }
  }

  private func perform(_ step: SlotStep, _ name: String, _ lsn: LSN?, _ because: String) {
    let drop = "SELECT pg_drop_replication_slot('\(name)')"
    let create = "SELECT pg_create_physical_replication_slot('\(name)', true)"
    let statements =
      switch step {
      case .keep: [String]()
      case .create: [create]
      case .drop: [drop]
      case .replace: [drop, create]
      case .advance: lsn.map { ["SELECT pg_replication_slot_advance('\(name)', '\($0)')"] } ?? []
      }
    do throws(ConnectionError) {
      let connection = try LocalServer(instance: context.instance, pidFile: facts.pidFile).connect(
        until: context.deadline)
      for statement in statements { _ = try connection.query(statement, until: context.deadline) }
    } catch {
      context.log(.warning, "slot \(name): \(error.reason)")
      return
    }
    if step == .advance { return }
    let word = step == .drop ? "dropped" : step == .create ? "created" : "made anew"
    context.log(.info, "slot \(name) \(word): \(because)")
    context.note("slot", "\(name) \(word): \(because)")
  }
}

extension ClusterState {
  /// The nodes that could run an instance.
  fileprivate var members: [String] { nodes.filter { $0.kind == .member }.map(\.name) }
}
