import Glibc
import TestSupport
import Testing

@testable import Host

@Suite struct LaunchTests {
  private func text(of path: String, until deadline: Deadline = soon(), holds: (String) -> Bool) -> String {
    while true {
      let text = (try? Files.readText(path)) ?? ""
      if holds(text) || deadline.isPast { return text }
      pause(.milliseconds(10), until: deadline)
    }
  }

  @Test func aDaemonHasItsOwnSessionAndItsLog() throws {
    let scratch = try Scratch()
    let log = scratch.file("log")
    try Files.writeAtomically("before\n", to: log)
    let script = "echo out; echo err >&2; readlink /proc/$$/fd/0; cut -d' ' -f5,6 /proc/$$/stat; echo end"
    let pid = try shell(script).launch(log: log)
    #expect(
      text(of: log) { $0.hasSuffix("end\n") } == "before\nout\nerr\n/dev/null\n\(pid) \(pid)\nend\n")
    #expect(waitpid(pid, nil, 0) == pid)
  }

  @Test func itOutlivesItsParent() async throws {
    let scratch = try Scratch()
    await #expect(processExitsWith: .success) { [log = scratch.file("log") as String] in
      _ = try shell("echo $$; exec sleep 600").launch(log: log)
    }
    // The other tests may keep every thread busy for more than a minute.
    let line = text(of: scratch.file("log")) { $0.hasSuffix("\n") }
    let pid = try #require(Int32(line.dropLast()))
    pause(.milliseconds(100), until: soon())
    #expect(ProcessStatus.of(pid)?.command == "sleep")
    kill(pid, SIGKILL)
  }

  @Test func aMissingProgramIsTold() throws {
    #expect(
      throws: CommandError.cannotStart(
        executable: "/nowhere", reason: "cannot be executed (No such file or directory)", errno: ENOENT)
    ) {
      try Command("/nowhere").launch(log: "/dev/null")
    }
  }

  @Test func aLinkInPlaceOfTheLogIsRefused() throws {
    let scratch = try Scratch()
    try Files.create(scratch.file("victim"))
    symlink(scratch.file("victim"), scratch.file("log"))
    let log = scratch.file("log")
    #expect(
      throws: CommandError.cannotStart(
        executable: "/bin/echo", reason: "cannot write its log \(log) (Too many levels of symbolic links)",
        errno: ELOOP)
    ) {
      try Command("/bin/echo", ["x"]).launch(log: log)
    }
    #expect(try Files.read(scratch.file("victim")).isEmpty)
  }

  @Test func aPipeInPlaceOfTheLogDoesNotHang() throws {
    let scratch = try Scratch()
    mkfifo(scratch.file("log"), 0o600)
    #expect(throws: CommandError.self) { try Command("/bin/echo").launch(log: scratch.file("log")) }
  }

  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly)))
  func theLogBelongsToTheUser() throws {
    let scratch = try Scratch()
    let user = try somebody()
    var command = shell("id -u")
    command.user = user
    let pid = try command.launch(log: scratch.file("log"))
    #expect(waitpid(pid, nil, 0) == pid)
    #expect(try Files.readText(scratch.file("log")) == "\(user.uid)\n")
    #expect(try Files.owner(of: scratch.file("log")) == user.uid)
    #expect(Files.attributes(of: scratch.file("log")).map { $0.st_mode & 0o7777 } == 0o600)
  }

  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly)))
  func theLogIsOpenedAsTheUser() throws {
    let scratch = try Scratch()
    chmod(scratch.path, 0o755)
    var command = Command("/bin/true")
    command.user = try somebody()
    let log = scratch.file("log")
    #expect(
      throws: CommandError.cannotStart(
        executable: "/bin/true", reason: "cannot write its log \(log) (Permission denied)", errno: EACCES)
    ) {
      try command.launch(log: log)
    }
  }
}
