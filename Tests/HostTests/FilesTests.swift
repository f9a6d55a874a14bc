import Glibc
import TestSupport
import Testing

@testable import Host

@Suite struct FilesTests {
  @Test func aFileIsReplacedWithItsMode() throws {
    let scratch = try Scratch()
    let path = scratch.file("state")
    try Files.writeAtomically("one", to: path)
    #expect(Files.attributes(of: path).map { $0.st_mode & 0o7777 } == 0o600)
    try Files.writeAtomically("two", to: path, mode: 0o664)
    #expect(try Files.readText(path) == "two")
    #expect(Files.attributes(of: path).map { $0.st_mode & 0o7777 } == 0o664)
    #expect(try scratch.names() == ["state"])
  }

  @Test func aFailedWriteLeavesTheOldContent() async {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      let path = scratch.file("state")
      try Files.writeAtomically("old", to: path)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100, rlim_max: 100)
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      #expect(throws: HostError(reason: "\(path): cannot be written (File too large)", errno: EFBIG)) {
        try Files.writeAtomically(String(repeating: "x", count: 200), to: path)
      }
      #expect(try Files.readText(path) == "old")
      #expect(try scratch.names() == ["state"])
    }
  }

  @Test func aTargetThatCannotBeReplacedLeavesNothingBehind() throws {
    let scratch = try Scratch()
    try Files.createDirectory(scratch.file("state"))
    #expect(throws: HostError.self) { try Files.writeAtomically("x", to: scratch.file("state")) }
    #expect(try scratch.names() == ["state"])
  }

  @Test func aLinkInPlaceOfTheTemporaryFileIsNotFollowed() throws {
    let scratch = try Scratch()
    try Files.writeAtomically("precious", to: scratch.file("victim"))
    symlink(scratch.file("victim"), scratch.file(".state.\(getpid()).0"))
    try Files.writeAtomically("x", to: scratch.file("state"))
    #expect(try Files.readText(scratch.file("victim")) == "precious")
    #expect(try Files.readText(scratch.file("state")) == "x")
  }

  @Test func aLinkInPlaceOfTheTargetIsReplaced() throws {
    let scratch = try Scratch()
    try Files.writeAtomically("precious", to: scratch.file("victim"))
    symlink(scratch.file("victim"), scratch.file("state"))
    try Files.writeAtomically("x", to: scratch.file("state"))
    #expect(try Files.readText(scratch.file("victim")) == "precious")
    #expect(try Files.realPath(scratch.file("state")) == scratch.file("state"))
  }

  @Test func readingStopsAtTheLimit() throws {
    let scratch = try Scratch()
    let path = scratch.file("long")
    try Files.writeAtomically(String(repeating: "x", count: 100), to: path)
    #expect(try Files.read(path, limit: 100).count == 100)
    #expect(throws: HostError(reason: "\(path): is longer than 99 bytes", errno: EFBIG)) {
      try Files.read(path, limit: 99)
    }
    #expect(throws: HostError(reason: "/nowhere: cannot be read (No such file or directory)", errno: ENOENT))
    {
      try Files.read("/nowhere")
    }
    #expect(throws: HostError(reason: "/: cannot be read (Is a directory)", errno: EISDIR)) {
      try Files.read("/")
    }
  }

  @Test func aPipeDoesNotHoldAReader() throws {
    let scratch = try Scratch()
    mkfifo(scratch.file("pipe"), 0o600)
    #expect(try Files.read(scratch.file("pipe")).isEmpty)
  }

  @Test func theTailIsTheEnd() throws {
    let scratch = try Scratch()
    let path = scratch.file("log")
    try Files.writeAtomically("one\ntwo\nthree\n", to: path)
    #expect(try Files.tail(path, bytes: 6) == "three\n")
    #expect(try Files.tail(path, bytes: 1000) == "one\ntwo\nthree\n")
  }

  @Test func directoriesAreMadeWithTheirParents() throws {
    let scratch = try Scratch()
    let path = scratch.file("a/b/c")
    try Files.createDirectory(path)
    try Files.createDirectory(path)
    #expect(Files.isDirectory(path))
    #expect(Files.attributes(of: path).map { $0.st_mode & 0o7777 } == 0o700)
    try Files.create(path + "/file")
    #expect(throws: HostError(reason: "\(path)/file: cannot be created (File exists)", errno: EEXIST)) {
      try Files.createDirectory(path + "/file")
    }
    #expect(throws: HostError.self) { try Files.createDirectory(path + "/file/d") }
  }

  @Test func creatingKeepsWhatIsThere() throws {
    let scratch = try Scratch()
    try Files.writeAtomically("x", to: scratch.file("a"))
    try Files.create(scratch.file("a"))
    #expect(try Files.readText(scratch.file("a")) == "x")
    symlink(scratch.file("a"), scratch.file("link"))
    #expect(throws: HostError.self) { try Files.create(scratch.file("link")) }
  }

  @Test func removingTwiceIsFine() throws {
    let scratch = try Scratch()
    try Files.create(scratch.file("a"))
    try Files.remove(scratch.file("a"))
    try Files.remove(scratch.file("a"))
    #expect(!Files.exists(scratch.file("a")))
    #expect(throws: HostError.self) { try Files.remove(scratch.path) }
  }

  @Test func namesAreSortedAndWhole() throws {
    let scratch = try Scratch()
    let long = String(repeating: "n", count: 255)
    for name in [long, "b", ".a"] { try Files.create(scratch.file(name)) }
    #expect(try scratch.names() == [".a", "b", long])
  }

  @Test func thereIsSomeSpace() throws {
    let shown = try Command("/bin/df", ["--output=avail", "-B1", "/tmp"]).run(until: soon()).output
    let expected = try #require(shown.split(whereSeparator: \.isWhitespace).last.flatMap { Double($0) })
    let found = Double(try Files.freeSpace("/tmp"))
    #expect((0.9 * expected)...(1.1 * expected + 1) ~= found)
  }
}
