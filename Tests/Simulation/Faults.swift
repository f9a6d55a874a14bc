import OCF
import Replication

extension Cluster {
  /// The server ends, with the machine or without. What clients waited for, they will never hear.
  mutating func crash(_ name: String, power: Bool) {
    if self[name].server == .primary {
      pending.removeAll { $0.primary == name }
      self[name].hasFailedAsPrimary = true
    }
    end(name)
    if power {
      self[name].isPowered = false
      self[name].believed = nil
      if mutation != .deadPrimaryKeepsItsScore { self[name].score = nil }
    }
    note("\(power ? "power loss" : "crash") of \(name)")
  }

  /// Its server is stopped, or the agent says so.
  mutating func end(_ name: String) {
    pending.removeAll { $0.primary == name }
    self[name].server = .down
    self[name].isFrozen = false
    self[name].acknowledges = false
    self[name].upstream = nil
  }

  mutating func powerOn(_ name: String) {
    guard !self[name].isPowered else { return }
    self[name].isPowered = true
    exchangeConfigurations()
    note("power on \(name)")
  }

  mutating func cut(_ name: String) {
    guard nodes.allSatisfy({ $0.island == 0 }) else { return }
    self[name].island = 1
    note("\(name) is cut off")
  }

  /// The nodes of a partition that has fenced the others do not let them in before they have been off.
  mutating func heal() {
    for index in nodes.indices { nodes[index].island = 0 }
    let primaries = nodes.filter { $0.server == .primary && $0.isPowered }
    if primaries.count > 1 { for node in primaries.dropFirst() { crash(node.name, power: true) } }
    exchangeConfigurations()
    note("healed")
  }

  /// Somebody writes by hand where nobody should: PostgreSQL has to be promoted for it, and is made a standby again.
  mutating func writeByHand(_ name: String, _ random: inout Random) {
    let node = self[name]
    guard node.server == .standby, !node.isFrozen, node.isPowered, node.applied == node.log.entries.count
    else {
      return
    }
    wasTamperedWith = true
    self[name].upstream = nil
    // A number of its own: of two promotions at one place that took the same, PostgreSQL's positions tell nothing.
    lastTimeline += 10
    let timeline = kind == .postgresql ? lastTimeline : node.log.timeline
    for _ in 0...random.below(6) { append(to: name, timeline: timeline) }
    note("\(name) is written to by hand: \(self[name].log.short)")
  }

  /// The operator changes his mind between the two that promise something.
  mutating func change(_ random: inout Random) {
    policy = random.chance(50) ? .quorum : .strict
    if kind.namesStandbys, nodes.count > 3 { acknowledgements = 1 + random.below(2) }
    // The agent was killed while it changed the server: what it goes by is not known.
    for index in nodes.indices where random.chance(30) { nodes[index].isRuleProven = false }
  }
}
