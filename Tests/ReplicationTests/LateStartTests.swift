import CIB
import OCF
import Replication
import TestSupport
import Testing

@testable import ReplicationActions

@Suite struct LateStartRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(lateStartRules)
    for bits in 0..<128 {
      var facts = LateStartFacts()
      facts.isRunning = bits & 1 != 0
      facts.makesRoom = bits & 2 != 0
      facts.promotesAnother = bits & 4 != 0
      facts.everyOtherStands = bits & 8 != 0
      facts.isPromiseCovered = bits & 16 != 0
      facts.isMonitored = bits & 32 != 0
      facts.isNeededToAcknowledge = bits & 64 != 0
      #expect((coverage.decide(facts).verdict == .later) == (bits == 62))
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == [])
  }

  @Test func wording() {
    var wording = Wording()
    wording.add(lateStartRules)
    #expect(wording.problems == [])
  }
}

/// Whether what a crashed primary has may be needed: it is, unless each other node is there and can be promoted.
@Suite struct OthersThatStandTests {
  private func others(active: String, _ scores: [String: String]) throws -> Set<String>? {
    let prefix = "OCF_RESKEY_CRM_meta_notify_"
    let context = try FakeCluster([
      prefix + "active_uname": active, prefix + "promoted_uname": "", prefix + "start_uname": "n1",
      prefix + "promote_uname": "n2",
    ])
    return context.othersThatStand(
      try ClusterState.parse(Array(cib(nodes: ["n1", "n2", "n3"], scores).utf8)))
  }

  @Test func allDo() throws {
    #expect(try others(active: "n2 n3", ["n2": "100000", "n3": "1000"]) == ["n2", "n3"])
  }

  @Test func oneIsAway() throws {
    #expect(try others(active: "n2", ["n2": "100000", "n3": "100000"]) == nil)
  }

  @Test(arguments: ["-INFINITY", "0", ""]) func oneCannotBePromoted(score: String) throws {
    #expect(try others(active: "n2 n3", ["n2": "100000", "n3": score]) == nil)
    #expect(try others(active: "n2 n3", ["n2": "100000"]) == nil)
  }

  @Test func thereAreNoLists() throws {
    #expect(
      try FakeCluster().othersThatStand(try ClusterState.parse(Array(cib(nodes: ["n1"], [:]).utf8))) == nil)
  }

  private func cib(nodes: [String], _ scores: [String: String]) -> String {
    let known = nodes.enumerated().map { "<node id=\"\($0 + 1)\" uname=\"\($1)\"/>" }.joined()
    let states = nodes.enumerated().map { index, node in
      let score = scores[node].map { "<nvpair id=\"s\(index)\" name=\"master-db\" value=\"\($0)\"/>" } ?? ""
      return """
        <node_state id="\(index + 1)" uname="\(node)"><transient_attributes id="\(index + 1)">\
        <instance_attributes id="a\(index)">\(score)</instance_attributes></transient_attributes></node_state>
        """
    }.joined()
    return """
      <cib><configuration><crm_config/><nodes>\(known)</nodes><resources/></configuration><status>\(states)</status></cib>
      """
  }
}
