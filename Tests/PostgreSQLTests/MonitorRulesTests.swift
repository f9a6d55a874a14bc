import OCF
import PostgreSQLFacts
import PostgreSQLRules
import TestSupport
import Testing

@Suite struct MonitorRulesTests {
  /// One pass over all 884 736 combinations, because a pass takes seconds.
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(monitorRules)
    var broken: [String: InstanceFacts] = [:]
    var count = 0
    Looks.forEach { facts in
      count += 1
      let code = coverage.decide(facts).verdict
      for (name, holds) in invariants where !holds(facts, code) { broken[name] = broken[name] ?? facts }
    }
    #expect(count == 4 * 4 * 8 * 8 * 6 * 2 * 3 * 3 * 2 * 2)
    for (name, facts) in broken { Issue.record("\(name): not so for \(facts)") }
    #expect(coverage.decided == Set(coverage.ids))
    // Every other swap of neighbours changes an exit code.
    #expect(coverage.unordered == unordered)
    #expect(coverage.sentenceOnly == sentenceOnly)
  }

  private let unordered = [
    "monitor/12 monitor/14", "monitor/18 monitor/20", "monitor/22 monitor/24", "monitor/30 monitor/32",
    "monitor/32 monitor/40", "monitor/42 monitor/44", "monitor/46 monitor/48", "monitor/52 monitor/60",
    "monitor/62 monitor/64", "monitor/64 monitor/66",
  ]
  private let sentenceOnly = ["monitor/14 monitor/16", "monitor/16 monitor/18"]

  private let invariants: [(String, (InstanceFacts, ExitCode) -> Bool)] = [
    (
      "a monitor's codes are those of the OCF Resource Agent API",
      {
        [
          .success, .genericError, .notRunning, .runningPromoted, .failedPromoted, .degraded,
          .degradedPromoted,
        ].contains($1)
      }
    ),
    (
      "8 is only for a server that answered as a primary",
      { $1 != .runningPromoted || $0.answer.map { $0.standby == nil } ?? false }
    ),
    (
      "191 is only for what the cluster or the server's files call promoted",
      { $1 != .degradedPromoted || $0.expected == .promoted || $0.roleOnDisk == .promoted }
    ),
    (
      "9 is only for what the cluster or the server's files call promoted",
      { $1 != .failedPromoted || $0.expected == .promoted || $0.control?.state == .inProduction }
    ),
    ("7 is only for what has no process left", { $1 != .notRunning || $0.postmaster == .absent }),
    ("what has no process left is not running", { $0.postmaster != .absent || !$1.isRunning }),
    (
      "a server whose postmaster is gone or frozen has failed",
      {
        switch $0.postmaster {
        case .orphans, .frozen: $1 == .genericError || $1 == .failedPromoted
        case .absent, .running: true
        }
      }
    ),
    (
      "a server that answers runs in the role that it says",
      { facts, code in
        guard case .running = facts.postmaster, let answer = facts.answer else { return true }
        return code == (answer.standby == nil ? .runningPromoted : .success)
      }
    ),
    (
      "a server that is only full or refuses the login is never restarted for it when a role is known",
      { facts, code in
        guard case .running = facts.postmaster, (facts.roleOnDisk ?? facts.expected) != nil else {
          return true
        }
        switch facts.connection {
        case .full, .refused, .unreachable: return code.isRunning
        default: return true
        }
      }
    ),
    (
      "silence alone is no failure",
      { facts, code in
        guard case .running = facts.postmaster, case .noAnswer = facts.connection, !facts.isSilentTooLong,
          facts.expected != nil
        else { return true }
        return code.isRunning
      }
    ),
    (
      "unknown is never promoted anew",
      {
        $0.expected != nil || $0.answer != nil || $0.roleOnDisk == .promoted || !$1.isPromoted
      }
    ),
    (
      "a failed primary is never called a healthy standby",
      { facts, code in
        facts.expected != .promoted || code != .success || facts.answer?.standby != nil
      }
    ),
  ]

  @Test func aHotStandbyThatCannotBeAskedIsKnownByItsFiles() {
    var facts = InstanceFacts(
      dataDirectory: .present(version: "15"), postmaster: .running(pid: 11),
      connection: .full("too many clients"))
    // A hot standby's postmaster says "ready"; "standby" is one that lets nobody in (PostgreSQL, postmaster.c,
    // process_pm_pmsignal).
    for (status, state, role) in [
      ("ready", .inProduction, .promoted), ("ready", .inArchiveRecovery, .unpromoted),
      ("standby", .inArchiveRecovery, .unpromoted), ("standby", .inProduction, nil),
      ("starting", .inArchiveRecovery, nil), ("stopping", .inProduction, nil),
      ("ready", .inCrashRecovery, nil),
      ("ready", .shutDown, nil),
    ] as [(String, ControlData.State, InstanceRole?)] {
      facts.pidFile = Looks.pidFile(status: status)
      facts.control = ControlData(ControlDataSample.text(state))
      #expect(facts.roleOnDisk == role, "\(status) \(state)")
    }
    facts.pidFile = nil
    #expect(facts.roleOnDisk == nil)
    facts.control = nil
    facts.pidFile = Looks.pidFile(status: "ready")
    #expect(facts.roleOnDisk == nil)
  }
}
