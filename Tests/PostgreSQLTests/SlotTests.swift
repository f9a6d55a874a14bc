import OCF
import PostgreSQLFacts
import PostgreSQLRules
import TestSupport
import Testing

@testable import PostgreSQLActions

@Suite struct SlotNameTests {
  @Test(arguments: [
    ("node1", "martlet_node1"), ("node-1", "martlet_node_2d1"), ("node_1", "martlet_node_5f1"),
    ("Node1", "martlet__4eode1"), ("db.example.com", "martlet_db_2eexample_2ecom"), ("é", "martlet__c3_a9"),
  ])
  func maps(node: String, name: String) { #expect(ReplicationSlot.name(of: node) == name) }

  /// Names that other agents map to one slot, and long ones that differ at their ends only.
  @Test func neverCollides() {
    let long = String(repeating: "n", count: 60)
    let nodes = [
      "a-b", "a_b", "a.b", "A-b", "a_2db", "a__2d", "a", long, long + "1", long + "2", long + "-",
      String(repeating: "n", count: 55), String(repeating: "n", count: 56),
      String(repeating: "n", count: 37) + "_h0000000000000000",
    ]
    let names = nodes.map(ReplicationSlot.name(of:))
    #expect(Set(names).count == nodes.count)
    for name in names {
      #expect(name.utf8.count < 64 && name.hasPrefix("martlet_"), "\(name)")
      #expect(
        name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f },
        "\(name)")
    }
  }

  @Test func readsTheServersList() {
    let slots = ReplicationSlot.list(
      "martlet_b t 0/5000000 reserved,martlet_c f - -,other f 0/1 lost,martlet_d")
    #expect(
      slots == [
        ReplicationSlot(name: "martlet_b", isActive: true, restart: LSN(0x500_0000), status: "reserved"),
        ReplicationSlot(name: "martlet_c"),
      ])
    #expect(ReplicationSlot.list("") == [])
  }
}

@Suite struct SlotRulesTests {
  private var looks: [SlotFacts] {
    var all: [SlotFacts] = []
    var slots: [ReplicationSlot?] = [nil]
    for isActive in [false, true] {
      for restart in [LSN?.none, LSN(10), LSN(20), LSN(30)] {
        for status in ["reserved", "lost"] {
          slots.append(
            ReplicationSlot(name: "martlet_b", isActive: isActive, restart: restart, status: status))
        }
      }
    }
    for slot in slots {
      for bits in 0..<16 {
        for isMember in [Bool?.none, false, true] {
          for isWanted in [Bool?.none, false, true] {
            for (needed, available) in [(LSN?.none, LSN?.none), (LSN(20), LSN(5)), (LSN(20), LSN(25))] {
              var facts = SlotFacts(slot: slot)
              facts.isPrimary = bits & 1 != 0
              facts.isOwn = bits & 2 != 0
              facts.isIdleTooLong = bits & 4 != 0
              facts.isUncomparedTooLong = bits & 8 != 0
              facts.isMember = isMember
              facts.isWanted = isWanted
              facts.needed = needed
              facts.available = available
              all.append(facts)
            }
          }
        }
      }
    }
    return all
  }

  @Test func scenarios() throws {
    let found = try Scenario.mismatches(
      in: "postgresql-slot", slotRules, facts: { try $0.slot() },
      outcome: { _, decision in ["step": "\(decision.verdict)", "reason": decision.because] })
    #expect(found == [])
  }

  @Test func holdsForEveryCombination() {
    var coverage = Coverage(slotRules)
    for facts in looks {
      let step = coverage.decide(facts).verdict
      let restart = facts.slot?.restart
      // What somebody streams by is never taken from under it.
      if facts.slot?.isActive ?? false { #expect(step == .keep, "\(facts)") }
      if step == .create {
        #expect(facts.slot == nil && !facts.isPrimary && facts.isWanted == true, "\(facts)")
      }
      // Never past what its node needs.
      if step == .advance {
        #expect(facts.needed != nil && restart.map { $0 < LSN(20) } ?? false, "\(facts)")
      }
      if facts.isPrimary { #expect(step == .keep || step == .drop, "\(facts)") }
      if facts.isPrimary, facts.isIdleTooLong, facts.slot?.isActive == false {
        #expect(step == .drop, "\(facts)")
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == ["slot/22 slot/30", "slot/52 slot/54", "slot/62 slot/64"])
    #expect(coverage.sentenceOnly == ["slot/30 slot/32", "slot/32 slot/34"])
  }
}

extension Scenario {
  /// What is known of a node's slot.
  fileprivate mutating func slot() throws -> SlotFacts {
    var slot: ReplicationSlot?
    if let text = take("slot") {
      let words = text.split(separator: " ").map(String.init)
      slot =
        ReplicationSlot.list("martlet_b \(words[0] == "active" ? "t" : "f") \(words[1]) \(words[2])").first
    }
    var facts = SlotFacts(slot: slot)
    facts.isPrimary = take("on") == "primary"
    facts.isOwn = try takeYes("own")
    facts.isMember = take("member").map { $0 == "yes" }
    facts.isIdleTooLong = try takeYes("idle-too-long")
    facts.isUncomparedTooLong = try takeYes("uncompared-too-long")
    facts.isWanted = take("wanted").map { $0 == "yes" }
    facts.needed = take("needed").flatMap { LSN($0) }
    facts.available = take("available").flatMap { LSN($0) }
    return facts
  }
}
