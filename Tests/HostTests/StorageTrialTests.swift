import TestSupport
import Testing

@testable import Host

@Suite struct StorageTrialTests {
  @Test func tooLittleRoomIsNone() {
    #expect(StorageTrial.verdict(room: 32 << 20, "/d") == "sound")
    #expect(StorageTrial.verdict(room: (32 << 20) - 1, "/d") == "full /d: 31 MiB are left")
  }

  @Test func aDirectoryThatTakesWritesIsSound() throws {
    let scratch = try Scratch()
    #expect(StorageTrial.run(in: scratch.path, as: try User.current) == "sound")
    #expect(try Files.list(scratch.path) == [])
  }

  /// What a child left that was killed.
  @Test func whatIsLeftOfAnEarlierTrialIsInNobodysWay() throws {
    let scratch = try Scratch()
    try Files.writeAtomically("left", to: scratch.file(".martlet-trial"), mode: 0o600)
    #expect(StorageTrial.run(in: scratch.path, as: try User.current) == "sound")
    #expect(try Files.list(scratch.path) == [])
  }

  @Test func whatSaysNothingOfTheDiskIsUnknown() throws {
    let scratch = try Scratch()
    let answer = StorageTrial.run(in: scratch.file("missing"), as: try User.current)
    #expect(answer.hasPrefix("unknown ") && answer.hasSuffix("No such file or directory"), "\(answer)")
  }
}
