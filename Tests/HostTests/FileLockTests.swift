import Glibc
import Host
import TestSupport
import Testing

@Suite struct FileLockTests {
  @Test func isHeldUntilItIsLetGo() throws {
    let scratch = try Scratch()
    let path = scratch.file("lock")
    #expect(!FileLock.isHeld(path))
    do {
      let lock = try FileLock.take(path, content: "1\n", until: soon())
      #expect(lock != nil)
      #expect(FileLock.isHeld(path))
      #expect(try FileLock.take(path, content: "2\n", until: Deadline(after: .milliseconds(50))) == nil)
      #expect(try Files.readText(path) == "1\n")
      withExtendedLifetime(lock) {}
    }
    // A program that another test starts just now has it, too, from its fork to its exec.
    #expect(try FileLock.take(path, content: "2\n", until: soon()) != nil)
    let end = soon()
    while FileLock.isHeld(path), !end.isPast { pause(.milliseconds(10), until: end) }
    #expect(!FileLock.isHeld(path))
    #expect(try Files.status(of: path).mode == 0o600)
  }

  @Test func aLinkIsRefused() throws {
    let scratch = try Scratch()
    _ = try Command("/bin/ln", ["-s", scratch.file("target"), scratch.file("lock")]).run(until: soon())
    #expect(throws: HostError.self) { try FileLock.take(scratch.file("lock"), content: "", until: soon()) }
    #expect(!Files.exists(scratch.file("target")))
  }
}

@Suite struct MoveTests {
  @Test func directoriesChangePlaces() throws {
    let scratch = try Scratch()
    for name in ["a", "b"] {
      try Files.createDirectory(scratch.file(name))
      try Files.create(scratch.file("\(name)/from-\(name)"))
    }
    try Files.exchange(scratch.file("a"), scratch.file("b"))
    #expect(try Files.list(scratch.file("a")) == ["from-b"] && Files.list(scratch.file("b")) == ["from-a"])
    #expect(throws: HostError.self) { try Files.exchange(scratch.file("a"), scratch.file("none")) }
  }

  @Test func mountPointsAreKnown() throws {
    let scratch = try Scratch()
    #expect(Files.isMountPoint("/proc") && Files.isMountPoint("/"))
    #expect(!Files.isMountPoint(scratch.path) && !Files.isMountPoint(scratch.file("none")))
  }

  @Test func onlyOrdinaryFilesAreCopied() throws {
    let scratch = try Scratch()
    let own = try User.current
    try Files.writeAtomically(String(repeating: "x", count: 3_000_000), to: scratch.file("a"))
    try Files.writeAtomically("old", to: scratch.file("b"))
    #expect(try Files.copy(scratch.file("a"), as: own, to: scratch.file("b"), as: own) == 3_000_000)
    #expect(try Files.size(of: scratch.file("b")) == 3_000_000)
    for command in [
      Command("/usr/bin/mkfifo", [scratch.file("fifo")]),
      Command("/bin/ln", ["-s", "a", scratch.file("link")]),
    ] {
      _ = try command.run(until: soon())
    }
    for name in ["fifo", "link", "none"] {
      #expect(throws: HostError.self) {
        try Files.copy(scratch.file(name), as: own, to: scratch.file("c"), as: own)
      }
    }
    #expect(!Files.exists(scratch.file("c")))
  }

  // In a process of its own: the ids belong to all threads.
  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func readsAndWritesAsTheyAreTold() async {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      let other = try somebody()
      let own = try User.current
      try Files.writeAtomically("secret", to: scratch.file("a"), mode: 0o600)
      #expect(throws: HostError.self) {
        try Files.copy(scratch.file("a"), as: other, to: scratch.file("b"), as: own)
      }
      _ = try Files.copy(scratch.file("a"), as: own, to: scratch.file("b"), as: other)
      #expect(try Files.owner(of: scratch.file("b")) == other.uid)
    }
  }
}

@Suite struct SessionTests {
  @Test func hasEveryDescendantThatDidNotLeave() throws {
    let leader = try shell("sleep 60 & exec sleep 60").launch(log: "/dev/null")
    let begun = soon()
    var found: [ProcessStatus] = []
    repeat {
      found = Processes.ofSession(leader).filter { $0.command == "sleep" }
      pause(.milliseconds(10), until: begun)
    } while found.count < 2 && !begun.isPast
    #expect(found.count == 2 && found.contains { $0.pid == leader })
    for process in found { _ = try Processes.signal(process, SIGKILL) }
    for process in found { #expect(Processes.waitForEnd(of: process, until: soon())) }
    #expect(Processes.ofSession(leader).isEmpty)
    // The tests' own runner waits for any child, and would wait for ever behind one that nobody reaps.
    waitpid(leader, nil, 0)
  }
}

@Suite struct WatchingTests {
  @Test func standardErrorIsSeenWhileItGrows() throws {
    var seen: [String] = []
    let result = try shell("echo one >&2; sleep 0.2; echo two >&2; sleep 0.2").run(until: soon()) {
      seen.append(String(decoding: $0, as: UTF8.self))
    }
    #expect(result.succeeded && result.errors == "one\ntwo\n")
    #expect(seen == ["one\n", "one\ntwo\n"])
  }
}
