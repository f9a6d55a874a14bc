import Glibc
import Host
import ReplicationActions
import TestSupport
import Testing

@Suite struct MemoryTests {
  @Test func tracksForHowLongSomethingHolds() {
    var memory = Memory()
    #expect(memory.track("silent", holds: false, now: 100) == .zero)
    #expect(memory.since("silent") == nil)
    #expect(memory.track("silent", holds: true, now: 100) == .zero)
    #expect(memory.track("silent", holds: true, now: 130) == .seconds(30))
    #expect(memory.since("silent") == 100)
    #expect(memory.track("silent", holds: false, now: 131) == .zero)
    #expect(memory.track("silent", holds: true, now: 140) == .zero)
  }

  @Test func whatStandsStillForAMinuteIsStuck() {
    var memory = Memory()
    let looks: [(position: String?, now: Int64, isStuck: Bool)] = [
      ("0/3000000", 100, false), ("0/3000000", 159, false), ("0/3000000", 160, true),
      // It went on by a little, and stands again.
      ("0/3000060", 170, false), ("0/3000060", 229, false), (nil, 230, false), ("0/3000060", 300, false),
    ]
    for look in looks {
      let isStuck = memory.isStuck(at: look.position, now: look.now)
      #expect(isStuck == look.isStuck, "\(look)")
    }
  }

  @Test func aClockThatWentBackIsNoTime() {
    var memory = Memory(["silent": "1000"])
    #expect(memory.track("silent", holds: true, now: 5) == .zero)
  }

  @Test func garbageIsForgotten() {
    var memory = Memory(["silent": "x"])
    #expect(memory.since("silent") == nil)
    #expect(memory.track("silent", holds: true, now: 5) == .zero)
    #expect(memory.since("silent") == 5)
  }

  @Test func forgetsWhatWasToldAndNothingElse() {
    var memory = Memory(["state": "primary"])
    memory.notePublished("score", "1000")
    memory.notePublished("readable", "1")
    #expect(memory.published("score") == "1000")
    memory.notePublished("score", nil)
    #expect(memory.published("score") == nil)
    memory.forgetPublished()
    #expect(memory == Memory(["state": "primary"]))
  }

  @Test func failuresAreFlags() {
    var memory = Memory()
    #expect(!memory.hasFailed && !memory.failedAsPrimary)
    memory.hasFailed = true
    memory.failedAsPrimary = true
    #expect(Memory(memory.fields).hasFailed && Memory(memory.fields).failedAsPrimary)
    memory.hasFailed = false
    memory.failedAsPrimary = false
    #expect(memory == Memory())
  }

  @Test(arguments: [
    ("db", "db"), ("db-1_a.b", "db-1_a.b"), ("../../etc", ".._.._etc"), ("a b\n", "a_b_"), ("", ""),
  ])
  func aResourcesNameLeadsNowhere(name: String, file: String) {
    #expect(fileName(of: name) == file)
  }
}

@Suite struct RunDirectoryTests {
  private func directory(_ scratch: Scratch, _ instance: String = "db") -> RunDirectory {
    RunDirectory(agent: "test", instance: instance, environment: ["HA_RSCTMP": scratch.file("run")])
  }

  @Test func keepsWhatItIsGiven() throws {
    let scratch = try Scratch()
    let run = directory(scratch)
    #expect(run.startParameters == nil && run.memory == Memory())
    try run.save(startParameters: ["port": "3306", "options": "a=b c"])
    try run.save(Memory(["state": "primary"]))
    #expect(directory(scratch).startParameters == ["port": "3306", "options": "a=b c"])
    #expect(directory(scratch).memory == Memory(["state": "primary"]))
    #expect(directory(scratch, "other").startParameters == nil)
    run.forgetStart()
    #expect(run.startParameters == nil && run.memory == Memory(["state": "primary"]))
  }

  @Test func onlyItsOwnerMayReadIt() throws {
    let scratch = try Scratch()
    try directory(scratch).save(startParameters: ["x": "secret"])
    let names = try Files.list(scratch.file("run"))
    #expect(names == ["martlet-test-db.started"])
    #expect(try Files.status(of: scratch.file("run/martlet-test-db.started")).mode & 0o777 == 0o600)
  }

  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func whatAnotherUserPutThereIsNotOurs() throws {
    let scratch = try Scratch()
    let run = directory(scratch)
    try run.save(Memory(["failed": "1"]))
    let owner = try somebody()
    #expect(chown(scratch.file("run/martlet-test-db.memory"), owner.uid, owner.gid) == 0)
    #expect(run.memory == Memory())
  }
}
