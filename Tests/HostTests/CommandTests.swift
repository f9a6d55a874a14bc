import Glibc
import TestSupport
import Testing

@testable import Host

@Suite struct CommandTests {
  @Test func outputsAndExitCodeComeBack() throws {
    let result = try shell("echo out; echo err >&2; exit 3").run(until: soon())
    #expect(result.output == "out\n")
    #expect(result.errors == "err\n")
    #expect(result.ending == .exited(3))
    #expect(!result.succeeded)
  }

  @Test func aSignalIsToldFromAnExitCode() throws {
    let result = try shell("kill -9 $$").run(until: soon())
    #expect(result.ending == .signaled(9))
    #expect(result.exitCode == nil)
  }

  @Test func argumentsArePassedAsTheyAre() throws {
    let odd = ["a b", "", "$HOME", "'\"`", "\n", "é"]
    let result = try Command("/usr/bin/printf", ["[%s]"] + odd).run(until: soon())
    #expect(result.output == odd.map { "[\($0)]" }.joined())
  }

  @Test func theEnvironmentIsSmallAndOurs() throws {
    let result = try Command("/usr/bin/env", environment: ["PGTZ": "UTC"]).run(until: soon())
    #expect(result.output == "LC_ALL=C\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nPGTZ=UTC\n")
  }

  @Test func onlyTheThreeStreamsAreInherited() throws {
    let leak = open("/dev/null", O_RDONLY)
    defer { close(leak) }
    let result = try Command("/bin/ls", ["/proc/self/fd"]).run(until: soon())
    // 3 is the directory that ls reads.
    #expect(result.output == "0\n1\n2\n3\n")
  }

  @Test func signalsAreAtTheirDefaults() throws {
    signal(SIGPIPE, SIG_IGN)
    let script = "sed -n 's/^SigBlk:.//p; s/^SigIgn:.//p' /proc/self/status"
    let masks = try shell(script).run(until: soon()).output.split(separator: "\n").map {
      UInt64($0, radix: 16)
    }
    // Signals 32 and 33 are glibc's own; it lets nobody touch them.
    let ours: UInt64 = ~(1 << 31 | 1 << 32)
    #expect(masks.map { $0.map { $0 & ours } } == [0, 0])
  }

  @Test func largeInputAndOutputPassAtTheSameTime() throws {
    let input = [UInt8](repeating: 65, count: 900_000)
    let result = try Command("/bin/cat", input: input).run(until: soon())
    #expect(result.outputBytes == input)
  }

  @Test func aProgramThatDoesNotReadItsInputIsNoError() throws {
    let input = [UInt8](repeating: 65, count: 900_000)
    let result = try Command("/bin/true", input: input).run(until: soon())
    #expect(result.succeeded)
  }

  @Test func outputThatIsNotUTF8IsKeptReadable() throws {
    let result = try Command("/usr/bin/printf", [#"a\377b"#]).run(until: soon())
    #expect(result.output == "a\u{FFFD}b")
    #expect(result.outputBytes == [97, 255, 98])
  }

  @Test func theWorkingDirectoryIsTheOneAskedFor() throws {
    let result = try Command("/bin/pwd", directory: "/usr").run(until: soon())
    #expect(result.output == "/usr\n")
  }
}

@Suite struct CommandRefusalTests {
  private func error(_ command: Command) -> CommandError? {
    do throws(CommandError) {
      _ = try command.run(until: soon())
      return nil
    } catch {
      return error
    }
  }

  @Test func aMissingProgram() {
    let found = error(Command("/nowhere/psql"))
    #expect(
      found
        == .cannotStart(
          executable: "/nowhere/psql", reason: "cannot be executed (No such file or directory)", errno: ENOENT
        ))
    #expect(found?.reason == "/nowhere/psql: cannot be executed (No such file or directory)")
  }

  @Test func aFileThatMayNotBeExecuted() {
    #expect(error(Command("/etc/passwd"))?.reason == "/etc/passwd: cannot be executed (Permission denied)")
  }

  @Test func aRelativePath() {
    #expect(error(Command("psql"))?.reason == "psql: is not an absolute path")
  }

  @Test func aNulByteInAnArgument() {
    #expect(error(Command("/bin/echo", ["a\0b"]))?.reason == "/bin/echo: an argument contains a NUL byte")
  }

  @Test func aMissingDirectory() {
    let command = Command("/bin/true", directory: "/nowhere")
    #expect(error(command)?.reason == "/bin/true: cannot run in /nowhere (No such file or directory)")
  }

  @Test func aDeadlineInThePast() {
    #expect(throws: CommandError.timedOut(executable: "/bin/true", after: .zero)) {
      try Command("/bin/true").run(until: Deadline(after: .zero))
    }
  }

  @Test func sentences() {
    #expect(
      CommandError.timedOut(executable: "/bin/psql", after: .milliseconds(2960)).reason
        == "/bin/psql: not finished after 3.0 s, killed")
    #expect(
      CommandError.tooMuchOutput(executable: "/bin/psql", limit: 1024).reason
        == "/bin/psql: wrote more than 1024 bytes, killed")
    #expect(
      CommandError.failed(executable: "cibadmin", ending: .exited(102), message: "not connected").reason
        == "cibadmin: exit code 102 (not connected)")
  }
}
