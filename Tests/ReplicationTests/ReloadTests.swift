import OCF
import ReplicationActions
import Testing

@Suite struct ReloadTests {
  private let declared = [
    Parameter("port", .integer(1...65535), title: "Port", text: "The port."),
    Parameter("max_lag", .string, default: "30s", reloadable: true, title: "Lag", text: "The largest."),
  ]

  private func reload(_ context: FakeCluster, _ given: [String: String], problem: OCFError? = nil) throws
    -> String
  {
    let outcome = try context.takeReloadable(declared, from: given, problem: problem)
    return "\(outcome.code.rawValue) \(outcome.reason)"
  }

  @Test func onlyWhatNeedsNoRestartIsTaken() throws {
    let context = try FakeCluster()
    try context.run.save(startParameters: ["port": "3306", "max_lag": "30s", "config.extra-port": "13306"])
    #expect(try reload(context, ["port": "3307", "max_lag": "60s"]) == "0 takes the new parameters")
    #expect(
      context.run.startParameters == ["port": "3306", "max_lag": "60s", "config.extra-port": "13306"])
    // Back to the default.
    #expect(try reload(context, ["port": "3307"]) == "0 takes the new parameters")
    #expect(context.run.startParameters == ["port": "3306", "config.extra-port": "13306"])
  }

  /// Pacemaker would restart a healthy server for a mistake, and its start would refuse.
  @Test func aMistakeChangesNothing() throws {
    let context = try FakeCluster()
    try context.run.save(startParameters: ["max_lag": "30s"])
    #expect(
      try reload(context, ["max_lag": "x"], problem: OCFError(.notConfigured, "max_lag: is \"x\""))
        == "0 the former parameters stay: max_lag: is \"x\"")
    #expect(context.run.startParameters == ["max_lag": "30s"])
    #expect(
      context.logged.last?.hasSuffix("reload-agent: max_lag: is \"x\"; the former parameters stay") ?? false)
  }

  @Test func whatTheAgentHasNotStartedHasNothingToTake() throws {
    let context = try FakeCluster()
    #expect(
      try reload(context, ["max_lag": "60s"])
        == "0 the instance was not started by the agent: nothing to take over")
    #expect(context.run.startParameters == nil)
  }

  /// Pacemaker 2.1 reloads nothing that was demoted since its last start, and gives its monitors the new parameters.
  @Test func aMonitorSeesThatNobodyReloaded() throws {
    let context = try FakeCluster()
    let holding = ["OCF_RESKEY_port": "3306", "OCF_RESKEY_max_lag": "30s"]
    func misses(_ context: FakeCluster, _ given: [String: String]) -> Bool {
      context.missesReload(declared, holding: holding, given: given)
    }
    #expect(!misses(context, holding))
    #expect(misses(context, ["OCF_RESKEY_port": "3306", "OCF_RESKEY_max_lag": "60s"]))
    #expect(misses(context, ["OCF_RESKEY_port": "3306"]))
    // What needs a restart waits for it.
    #expect(!misses(context, ["OCF_RESKEY_port": "3307", "OCF_RESKEY_max_lag": "30s"]))
    // By hand, or as a probe: an environment may hold anything.
    let probe = try FakeCluster(["OCF_RESKEY_CRM_meta_interval": "0"])
    #expect(!misses(probe, ["OCF_RESKEY_max_lag": "60s"]))
  }

  @Test func aMonitorTakesThemUnlessThereIsAMistake() throws {
    let context = try FakeCluster()
    #expect(!context.takeMissed(declared, from: ["max_lag": "60s"], problem: OCFError(.notConfigured, "x")))
    #expect(context.run.startParameters == nil)
    try context.run.save(startParameters: ["port": "3306", "max_lag": "30s"])
    #expect(!context.takeMissed(declared, from: ["max_lag": "60s"], problem: OCFError(.notConfigured, "x")))
    #expect(context.run.startParameters == ["port": "3306", "max_lag": "30s"])
    #expect(context.takeMissed(declared, from: ["port": "3307", "max_lag": "60s"], problem: nil))
    #expect(context.run.startParameters == ["port": "3306", "max_lag": "60s"])
    #expect(context.logged.last?.hasSuffix("monitor: takes the new parameters") ?? false)
  }
}
