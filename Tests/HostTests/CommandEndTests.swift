import Glibc
import TestSupport
import Testing

@testable import Host

@Suite struct CommandEndTests {
  private func pids(_ path: String) throws -> [Int32] {
    try Files.readText(path).split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
  }

  private func isGone(_ pid: Int32) -> Bool {
    guard let status = ProcessStatus.of(pid) else { return true }
    return Processes.waitForEnd(of: status, until: soon(5))
  }

  @Test func theDeadlineEndsTheWholeGroup() throws {
    let scratch = try Scratch()
    // Shell, child and grandchild, none of which obeys SIGTERM.
    let script = #"trap "" TERM; sh -c 'sleep 60 & echo $$ $! >> "$0"; wait' "$1" & echo $$ >> "$1"; wait"#
    let start = ContinuousClock.now
    var found: CommandError?
    do throws(CommandError) {
      _ = try shell(script, [scratch.file("pids")]).run(until: Deadline(after: .seconds(1)))
    } catch {
      found = error
    }
    guard case .timedOut("/bin/sh", let limit) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(.milliseconds(900)...(.seconds(1)) ~= limit)
    #expect(ContinuousClock.now - start < .seconds(3))
    let started = try pids(scratch.file("pids"))
    #expect(started.count == 3)
    for pid in started { #expect(isGone(pid)) }
  }

  // The group has to be there to be killed, however early that is.
  @Test func aDeadlineBeforeTheProgramRuns() {
    for _ in 0..<50 {
      let deadline = Deadline(after: .microseconds(300))
      let found = #expect(throws: CommandError.self) {
        try Command("/bin/sleep", ["60"]).run(until: deadline)
      }
      guard case .timedOut = found else {
        Issue.record("\(found.map(\.reason) ?? "nothing")")
        return
      }
    }
  }

  @Test func sigtermComesFirst() throws {
    let scratch = try Scratch()
    let script = #"trap 'echo asked > "$1"; exit 0' TERM; while :; do sleep 0.05; done"#
    #expect(throws: CommandError.self) {
      try shell(script, [scratch.file("asked")]).run(until: Deadline(after: .seconds(3)))
    }
    #expect(try Files.readText(scratch.file("asked")) == "asked\n")
  }

  @Test func aDaemonThatHoldsTheOutputsIsNotWaitedFor() throws {
    let start = ContinuousClock.now
    let result = try shell("sleep 60 & echo $!").run(until: soon())
    #expect(ContinuousClock.now - start < .seconds(10))
    let daemon = try #require(Int32(result.output.dropLast()))
    // It is not killed either: that is how pg_ctl leaves a server behind.
    #expect(kill(daemon, 0) == 0)
    kill(daemon, SIGKILL)
  }

  @Test func whatIsWrittenJustBeforeTheEndIsRead() throws {
    for _ in 0..<20 {
      let result = try shell("head -c 60000 /dev/zero").run(until: soon())
      #expect(result.outputBytes.count == 60000)
    }
  }

  @Test func tooMuchOutputEndsIt() throws {
    let start = ContinuousClock.now
    var command = shell("yes")
    command.outputLimit = 10_000
    #expect(throws: CommandError.tooMuchOutput(executable: "/bin/sh", limit: 10_000)) {
      try command.run(until: soon())
    }
    #expect(throws: CommandError.tooMuchOutput(executable: "/bin/sh", limit: 1 << 20)) {
      try shell("yes >&2").run(until: soon())
    }
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func exactlyTheLimitIsNotTooMuch() throws {
    var command = shell("head -c 10000 /dev/zero")
    command.outputLimit = 10_000
    #expect(try command.run(until: soon()).outputBytes.count == 10_000)
  }

  @Test func itDiesWithItsParent() async throws {
    let scratch = try Scratch()
    await #expect(processExitsWith: .signal(SIGALRM)) { [pidFile = scratch.file("pid") as String] in
      alarm(1)
      _ = try? shell(#"echo $$ > "$1"; exec sleep 60"#, [pidFile]).run(until: soon())
    }
    let child = try #require(try pids(scratch.file("pid")).first)
    #expect(isGone(child))
  }

  @Test func nothingStaysOpen() async {
    await #expect(processExitsWith: .success) {
      func open() throws -> [String] {
        let names = try Files.list("/proc/self/fd").filter { Files.exists("/proc/self/fd/\($0)") }
        return names.map { "\($0) \(ProcessStatus.linkTarget("/proc/self/fd/\($0)") ?? "")" }
      }
      _ = try Command("/bin/true").run(until: soon())
      let before = try open()
      for _ in 0..<50 {
        _ = try Command("/bin/cat", input: [1, 2, 3]).run(until: soon())
        _ = try? Command("/nowhere").run(until: soon())
        _ = try? Command("/bin/sleep", ["60"]).run(until: Deadline(after: .milliseconds(5)))
        _ = try? Command("/nowhere").launch(log: "/dev/null")
      }
      #expect(before.count >= 3)
      #expect(try open() == before)
      // And no zombie either.
      #expect(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD)
    }
  }
}
