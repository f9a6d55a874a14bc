import OCF
import Replication
import ReplicationActions
import Testing

@Suite struct HealthReportTests {
  private let attributes = [("readable", "1"), ("state", "replicating"), ("lag", "")]

  private func tell(
    _ context: FakeCluster, _ health: Health, _ memory: inout Memory, code: ExitCode = .success
  ) -> Outcome {
    let table = RuleTable<Void, Health>([], otherwise: "health/99", "why", then: health)
    let finding = HealthFinding(decision: table.decide(()), reason: "why (evidence)")
    return context.tell(finding, of: "/srv/db", after: Outcome(code, "as it is"), &memory) { _ in attributes }
  }

  @Test func tellsWhatChangedAndNothingElse() throws {
    let context = try FakeCluster()
    var memory = Memory()
    let health = Health("replicating", .score(1000))
    #expect(tell(context, health, &memory).code == .success)
    let told = [
      "attrd_updater --name=db-readable --update=1", "attrd_updater --name=db-state --update=replicating",
      "crm_attribute --update=1000",
    ]
    #expect(context.calls.first == told.last && context.calls.sorted() == told)
    #expect(context.logged.last?.hasSuffix("replicating: why (evidence) | rule=health/99") ?? false)
    #expect(memory["state"] == "replicating")
    // The next monitor finds the same.
    let lines = context.logged.count
    _ = tell(context, health, &memory)
    #expect(context.calls.sorted() == told && context.logged.count == lines)
  }

  @Test func whatMayNotBePromotedHasNoScore() throws {
    let context = try FakeCluster()
    var memory = Memory()
    _ = tell(context, Health("broken", .never), &memory)
    #expect(context.calls.first == "crm_attribute --update=-INFINITY")
    memory.forgetPublished()
    _ = tell(context, Health("connecting", .unchanged), &memory)
    #expect(context.calls.filter { $0.hasPrefix("crm_attribute") }.count == 1)
  }

  @Test func degradedIsWhatAHealthyMonitorSaysThen() throws {
    let context = try FakeCluster()
    var memory = Memory()
    let degraded = Health("broken", .never, degraded: true)
    let outcome = tell(context, degraded, &memory)
    #expect(outcome.code == .degraded && outcome.reason == "/srv/db: why (evidence)")
    #expect(outcome.rule == "health/99")
    let promoted = tell(context, degraded, &memory, code: .runningPromoted)
    #expect(promoted.code == .degradedPromoted && promoted.reason == "/srv/db: why (evidence)")
    for code in [ExitCode.degraded, .degradedPromoted] {
      let outcome = tell(context, degraded, &memory, code: code)
      #expect(outcome.code == code && outcome.reason == "as it is")
    }
  }

  /// Whether it may be told is another question, for as long as the primary may have moved it.
  @Test func theScoreIsRemembered() throws {
    let context = try FakeCluster()
    var memory = Memory()
    _ = tell(context, Health("replicating", .score(1000)), &memory)
    #expect(memory["score"] == "1000")
    _ = tell(context, Health("connecting", .unchanged), &memory)
    #expect(memory["score"] == "1000")
    _ = tell(context, Health("broken", .never), &memory)
    #expect(memory["score"] == nil)
  }

  /// The cluster is about to promote, and every attribute that changes would make it begin anew.
  @Test func whileThereIsNoPrimaryTheScoreIsAllThatIsSaid() throws {
    let context = try FakeCluster()
    var memory = Memory()
    let waiting = Health("waiting-for-primary", .score(1000))
    _ = tell(context, waiting, &memory)
    #expect(context.calls == ["crm_attribute --update=1000"])
    _ = tell(context, waiting, &memory)
    #expect(context.calls.count == 3)
  }

  @Test func aProbeTellsEverythingAgain() throws {
    let context = try FakeCluster(["OCF_RESKEY_CRM_meta_interval": "0"])
    var memory = Memory()
    _ = tell(context, Health("replicating", .score(1000)), &memory)
    #expect(context.calls.last == "attrd_updater --refresh")
    context.noticeNewAttributeDaemon(&memory)
    #expect(memory.published("score") == nil)
  }

  @Test func aMonitorOfTheSameDaemonForgetsNothing() throws {
    let context = try FakeCluster()
    var memory = Memory()
    memory.notePublished("score", "1000")
    memory["attribute-daemon"] = "1:2"
    // Nor does one that is no child of the executor: it does not know which daemon there is.
    context.noticeNewAttributeDaemon(&memory)
    #expect(memory.published("score") == "1000" && memory["attribute-daemon"] == "1:2")
  }

  @Test func whatCouldNotBeToldIsToldAgain() throws {
    let context = try FakeCluster(toolsFail: true)
    var memory = Memory()
    for _ in 0..<2 { _ = tell(context, Health("replicating", .score(1000)), &memory) }
    #expect(memory.published("score") == nil && memory.published("readable") == nil)
    #expect(context.calls.filter { $0 == "crm_attribute --update=1000" }.count == 2)
    #expect(context.logged.contains { $0.contains("the promotion score could not be set to 1000: ") })
  }

  @Test func aScoreIsTakenAwayOnce() throws {
    let context = try FakeCluster()
    var memory = Memory()
    for _ in 0..<2 { Publisher(context).withdrawScore(in: &memory) }
    #expect(context.calls == ["crm_attribute --delete"])
    Publisher(context).publish([("readable", ""), ("state", "")], in: &memory)
    #expect(context.calls.count == 1)
    memory.notePublished("readable", "1")
    Publisher(context).publish([("readable", "")], in: &memory)
    #expect(context.calls.last == "attrd_updater --name=db-readable --delete")
    #expect(memory.published("readable") == nil)
  }
}
