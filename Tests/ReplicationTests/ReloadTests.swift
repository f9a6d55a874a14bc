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
}
