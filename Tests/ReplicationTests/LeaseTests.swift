import Host
import OCF
import Replication
import TestSupport
import Testing

@testable import ReplicationActions

@Suite struct LeaseRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(leaseRules)
    let lease = Duration.seconds(30)
    for quorum in [Bool?.none, false, true] {
      for isManaged in [Bool?.none, false, true] {
        for without in [Duration.zero, lease, lease + .seconds(1)] {
          var facts = LeaseFacts(lease: lease)
          facts.hasQuorum = quorum
          facts.isManaged = isManaged
          facts.withoutQuorum = without
          let step = coverage.decide(facts).verdict
          let isLeft = isManaged == false
          #expect((step == .renew) == (quorum == true || isLeft))
          #expect((step == .end) == (step != .renew && without > lease))
        }
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == [])
    #expect(coverage.sentenceOnly == ["lease/10 lease/20"])
  }

  @Test func wording() {
    var wording = Wording()
    wording.add(leaseRules)
    #expect(wording.problems == [])
  }
}

/// With tools that answer as is written down.
@Suite struct LeaseTests {
  private let scratch: Scratch
  private let cluster: Cluster

  init() throws {
    scratch = try Scratch()
    let log = Log(
      agent: "test", instance: "db",
      environment: ["HA_LOGFACILITY": "none", "HA_LOGFILE": scratch.file("log")])
    for (tool, answer) in [("crm_node", "quorum"), ("cibadmin", "cib")] {
      _ = try scratch.script(tool, "exec cat \(scratch.file(answer))")
    }
    cluster = Cluster(
      tools: ClusterTools(node: "n1", instance: "db", directories: [scratch.path]), instance: "db", log: log)
  }

  private func answer(quorum: String?, maintenance: Bool?) throws {
    for (file, text) in [("quorum", quorum), ("cib", maintenance.map { cib(maintenance: $0) })] {
      try? Files.remove(scratch.file(file))
      if let text { try Files.writeAtomically(text, to: scratch.file(file)) }
    }
  }

  @Test func quorumRenewsIt() throws {
    var lease = Lease(.milliseconds(200)) { nil }
    try answer(quorum: "1", maintenance: false)
    pause(.milliseconds(250), until: soon())
    #expect(lease.look(cluster).rule == "lease/10")
    try answer(quorum: "0", maintenance: false)
    #expect(lease.look(cluster).verdict == .wait)
    pause(.milliseconds(250), until: soon())
    #expect(lease.look(cluster).verdict == .end)
  }

  @Test func aClusterThatDoesNotAnswerHasNone() throws {
    var lease = Lease(.milliseconds(100)) { nil }
    try answer(quorum: nil, maintenance: nil)
    pause(.milliseconds(150), until: soon())
    #expect(lease.look(cluster).verdict == .end)
  }

  /// Pacemaker is stopped in maintenance mode, to be updated, and the servers stay: at once, before anybody could look.
  @Test func maintenanceOutlivesPacemaker() throws {
    let kept = cib(maintenance: true)
    var lease = Lease(.milliseconds(100)) { Array(kept.utf8) }
    try answer(quorum: nil, maintenance: nil)
    pause(.milliseconds(150), until: soon())
    #expect(lease.look(cluster).rule == "lease/20")
    // What the cluster answers counts for more.
    try answer(quorum: "0", maintenance: false)
    pause(.milliseconds(150), until: soon())
    #expect(lease.look(cluster).verdict == .end)
  }

  /// The controller tells what it heard last, also while Corosync is frozen.
  @Test(arguments: [
    ("Quorate:          Yes", true), ("Quorate:          No", false), ("Cannot initialize", false),
  ])
  func corosyncMustSaySoToo(says: String, renews: Bool) throws {
    _ = try scratch.script("corosync-quorumtool", "echo '\(says)'; exit 1")
    var lease = Lease(.milliseconds(100)) { nil }
    try answer(quorum: "1", maintenance: false)
    pause(.milliseconds(150), until: soon())
    #expect(lease.look(cluster).verdict == (renews ? .renew : .end))
  }
}
