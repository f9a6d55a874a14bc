import Testing

@testable import OCF

@Suite struct ExitCodeTests {
  /// OCF Resource Agent API 1.1, "Exit status codes".
  @Test func theNumbersAreThoseOfTheStandard() {
    #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 190, 191])
    #expect(ExitCode.notConfigured.rawValue == 6)
    #expect(ExitCode.notRunning.rawValue == 7)
    #expect(ExitCode.runningPromoted.rawValue == 8)
    #expect(ExitCode.degradedPromoted.rawValue == 191)
  }

  @Test func fourCodesSayThatItRunsAndTwoThatItIsPromoted() {
    #expect(ExitCode.allCases.filter(\.isRunning).map(\.rawValue) == [0, 8, 190, 191])
    #expect(ExitCode.allCases.filter(\.isPromoted).map(\.rawValue) == [8, 191])
  }
}

@Suite struct ExitReasonTests {
  private func line(_ reason: String) -> String { ExitReason(reason, environment: [:]).line }

  @Test func thePrefixIsPacemakers() {
    #expect(line("port: is 0; needs 1 to 65535") == "ocf-exit-reason:port: is 0; needs 1 to 65535")
    #expect(ExitReason("x", environment: ["OCF_EXIT_REASON_PREFIX": "because:"]).line == "because:x")
  }

  @Test func itIsOneLineOfPlainText() {
    #expect(line("a\nb\r\nc\rd\te\u{1b}[31mf\u{0}g\u{2028}h") == "ocf-exit-reason:a b c d e [31mf g h")
    #expect(line("a\u{7f}b") == "ocf-exit-reason:a b")
    #expect(line("größer als µ") == "ocf-exit-reason:größer als µ")
  }

  @Test func itIsCutAfter400Characters() {
    let prefix = "ocf-exit-reason:"
    #expect(line(String(repeating: "x", count: 400)) == prefix + String(repeating: "x", count: 400))
    #expect(line(String(repeating: "x", count: 401)) == prefix + String(repeating: "x", count: 397) + "...")
  }

  /// Pacemaker keeps what follows the last prefix: a quoted one would swallow the beginning of the reason.
  @Test func aQuotedPrefixDoesNotBecomeTheReason() {
    let quoted = line("pg_ctl: failed (ocf-exit-reason:nothing); needs a look")
    #expect(quoted == "ocf-exit-reason:pg_ctl: failed (nothing); needs a look")
  }
}

@Suite struct ActionTests {
  @Test func theNamesArePacemakers() {
    #expect(
      Action.allCases.map(\.rawValue) == [
        "start", "stop", "monitor", "promote", "demote", "notify", "reload-agent", "validate-all",
        "meta-data",
      ])
    #expect(Action(rawValue: "reload") == nil)
  }
}
