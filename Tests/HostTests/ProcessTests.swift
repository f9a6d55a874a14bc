import Glibc
import TestSupport
import Testing

@testable import Host

@Suite struct ProcessStatusTests {
  @Test func aNameCannotPretendToBeFields() throws {
    let scratch = try Scratch()
    let program = scratch.file(") R 1 (")
    _ = try Command("/bin/cp", ["/bin/sleep", program]).run(until: soon())
    let sleeper = try Sleeper(program)
    let status = try sleeper.status()
    #expect(status.command == ") R 1 (")
    #expect(status.parent == getpid())
    #expect(status.executable == program)
    // sleep(1) may not have come to its sleep yet.
    #expect("SR".contains(status.state))
    #expect(status.startTime > 0)
  }

  @Test(arguments: [
    "", "12", "12 (a", "12 (a) S 1", ") 1 (", "12 (a) S x 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 5",
  ])
  func whatIsNotALineOfStatIsNothing(text: String) {
    #expect(ProcessStatus.parse(text) == nil)
  }

  @Test func theStartTimeIsTheTwentySecondField() throws {
    let text = "12 (a b) S 7 " + (5...25).map(String.init).joined(separator: " ") + "\n"
    let fields = try #require(ProcessStatus.parse(text))
    #expect(fields.command == "a b")
    #expect(fields.state == "S")
    #expect(fields.parent == 7)
    #expect(fields.startTime == 22)
  }

  @Test func aProcessThatIsNotThere() {
    #expect(ProcessStatus.of(Int32.max) == nil)
    #expect(ProcessStatus.of(-1) == nil)
  }

  @Test func aStandInForProcIsRead() throws {
    let scratch = try Scratch()
    try Files.createDirectory(scratch.file("77"))
    let fields = (5...21).map { _ in "0" }.joined(separator: " ")
    try Files.writeAtomically("77 (postgres) S 1 \(fields) 250 0", to: scratch.file("77/stat"))
    symlink("/tmp", scratch.file("77/cwd"))
    let status = try #require(ProcessStatus.of(77, proc: scratch.path))
    #expect(status.startTime == 250)
    #expect(status.workingDirectory == "/tmp")
    #expect(status.executable == nil)
    #expect(Processes.holders(of: "/tmp", proc: scratch.path) == [status])
  }
}

@Suite struct ProcessesTests {
  @Test func aHolderIsFoundThroughALink() throws {
    let scratch = try Scratch()
    try Files.createDirectory(scratch.file("data"), mode: 0o755)
    symlink(scratch.file("data"), scratch.file("link"))
    #expect(Processes.holders(of: scratch.file("data")).isEmpty)
    let sleeper = try Sleeper(in: scratch.file("data"))
    let expected = [sleeper.pid]
    #expect(Processes.holders(of: scratch.file("data")).map(\.pid) == expected)
    #expect(Processes.holders(of: scratch.file("link")).map(\.pid) == expected)
    #expect(Processes.holders(of: scratch.path).isEmpty)
  }

  @Test func aHolderOfARemovedDirectoryIsFound() throws {
    let scratch = try Scratch()
    try Files.createDirectory(scratch.file("data"), mode: 0o755)
    let sleeper = try Sleeper(in: scratch.file("data"))
    rmdir(scratch.file("data"))
    #expect(Processes.holders(of: scratch.file("data")).map(\.pid) == [sleeper.pid])
    try Files.createDirectory(scratch.file("data"), mode: 0o755)
    #expect(Processes.holders(of: scratch.file("data")).map(\.pid) == [sleeper.pid])
  }

  @Test func aZombieHoldsNothing() throws {
    let scratch = try Scratch()
    try Files.createDirectory(scratch.file("data"), mode: 0o755)
    let sleeper = try Sleeper(in: scratch.file("data"))
    let status = try sleeper.status()
    #expect(try Processes.signal(status, SIGKILL))
    #expect(Processes.waitForEnd(of: status, until: soon()))
    // Not reaped yet: that is the test's to do.
    #expect(try sleeper.status().isZombie)
    #expect(Processes.holders(of: scratch.file("data")).isEmpty)
    #expect(try !Processes.signal(status, SIGKILL))
  }

  @Test func aPidThatIsUsedAgainIsNotSignalled() throws {
    let sleeper = try Sleeper()
    let now = try sleeper.status()
    let before = ProcessStatus(
      pid: now.pid, parent: now.parent, state: now.state, startTime: now.startTime - 1,
      command: now.command, workingDirectory: nil, executable: nil)
    #expect(try !Processes.signal(before, SIGKILL))
    #expect(Processes.waitForEnd(of: before, until: soon()))
    #expect(Processes.isAlive(now))
    #expect(try !sleeper.status().isZombie)
  }

  /// Does something while `count` descriptors are free, and nothing else: the runtime may need one, and ends without.
  /// - Returns: nil if another thread took or gave back a descriptor meanwhile.
  private static func withFree<R>(_ count: Int, _ body: () -> R) -> R? {
    func areFree() -> Bool {
      let taken = (0...count).map { _ in dup(0) }
      for descriptor in taken where descriptor >= 0 { close(descriptor) }
      return taken.count { $0 >= 0 } == count
    }
    var usual = rlimit()
    let lowest = dup(0)
    guard lowest >= 0, close(lowest) == 0, getrlimit(__rlimit_resource_t(7), &usual) == 0 else { return nil }
    var limit = rlimit(rlim_cur: rlim_t(Int(lowest) + count), rlim_max: usual.rlim_max)
    guard setrlimit(__rlimit_resource_t(7), &limit) == 0 else { return nil }
    let before = areFree()
    let result = body()
    let after = areFree()
    setrlimit(__rlimit_resource_t(7), &usual)
    return before && after ? result : nil
  }

  /// With none left but one there is no room to hold a process and look at it at once.
  @Test func oneDescriptorIsEnoughForASignal() async {
    await #expect(processExitsWith: .success) {
      for _ in 1...20 {
        let sleeper = try Sleeper()
        let status = try sleeper.status()
        let found: [Bool]? = ProcessesTests.withFree(1) {
          let isSent = try? Processes.signal(status, SIGKILL)
          return [isSent == true, Processes.waitForEnd(of: status, until: soon())]
        }
        guard let found else { continue }
        return #expect(found == [true, true])
      }
      Issue.record("there was never just one descriptor")
    }
  }

  /// What is not known to have ended has not.
  @Test func withoutADescriptorNothingHasEnded() async {
    await #expect(processExitsWith: .success) {
      for _ in 1...20 {
        let sleeper = try Sleeper()
        let status = try sleeper.status()
        let found: [Bool]? = ProcessesTests.withFree(0) {
          [
            Processes.isAlive(status),
            Processes.waitForEnd(of: status, until: Deadline(after: .milliseconds(50))),
            (try? Processes.signal(status, SIGKILL)) != nil,
          ]
        }
        guard let found else { continue }
        return #expect(found == [true, false, false])
      }
      Issue.record("there was never no descriptor")
    }
  }

  @Test func waitingEndsAtTheDeadline() throws {
    let sleeper = try Sleeper()
    let start = ContinuousClock.now
    #expect(!Processes.waitForEnd(of: try sleeper.status(), until: Deadline(after: .milliseconds(100))))
    #expect(.milliseconds(100)...(.seconds(5)) ~= ContinuousClock.now - start)
  }

  @Test func childrenAreThoseOfTheParent() throws {
    let sleeper = try Sleeper()
    #expect(Processes.children(of: getpid()).contains(sleeper.pid))
    #expect(Processes.children(of: sleeper.pid).isEmpty)
  }

  @Test func withoutChildrenFilesTheParentsAreAsked() throws {
    let scratch = try Scratch()
    let rest = [String](repeating: "0", count: 30).joined(separator: " ")
    for (pid, parent) in [(5, 1), (6, 5), (7, 6), (8, 5)] {
      try Files.createDirectory(scratch.file("\(pid)"))
      try Files.writeAtomically("\(pid) (x) S \(parent) \(rest)", to: scratch.file("\(pid)/stat"))
    }
    #expect(Set(Processes.children(of: 5, proc: scratch.path)) == [6, 8])
  }

  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly)))
  func aSignalThatIsNotAllowedIsAnError() async {
    await #expect(processExitsWith: .success) {
      let user = try somebody()
      let parent = try #require(ProcessStatus.of(getppid()))
      #expect(setgid(user.gid) == 0 && setuid(user.uid) == 0)
      // Signal 0 asks for the permission and does nothing.
      #expect(throws: HostError.self) { try Processes.signal(parent, 0) }
    }
  }
}
