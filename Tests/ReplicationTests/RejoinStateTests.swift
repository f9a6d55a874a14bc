import Host
import Replication
import TestSupport
import Testing

@testable import ReplicationActions

@Suite struct RejoinStateTests {
  @Test func isKeptAndForgotten() throws {
    let scratch = try Scratch()
    let file = RejoinStateFile(StateDirectory(instance: "db", root: scratch.file("state")))
    #expect(file.state == nil)
    var state = RejoinState()
    state.phase = .halfDone
    state.step = "pg_rewind"
    state.percent = 42
    state.attempts = 2
    state.failedAt = 1_800_000_000
    state.failure = "no space\nleft"
    state.isHopeless = true
    state.kept = "/var/lib/martlet/db/abandoned/x"
    state.rewindFailure = "no WAL"
    try file.save(state)
    state.failure = "no space left"
    #expect(file.state == state)
    #expect(state.progress == "pg_rewind 42 %")
    try file.clear()
    #expect(file.state == nil)
  }

  /// What cannot be understood may have been half a rewind.
  @Test(arguments: ["phase=new word\n", "phase=x\n"])
  func anUnknownPhaseForbidsTheServer(text: String) throws {
    let scratch = try Scratch()
    let directory = StateDirectory(instance: "db", root: scratch.path)
    try directory.create()
    try Files.writeAtomically(text, to: directory.file("rejoin"))
    #expect(RejoinStateFile(directory).state?.phase == .halfDone)
  }

  @Test func anAbandonedDirectoryIsNeverUsedTwice() throws {
    let scratch = try Scratch()
    let directory = StateDirectory(instance: "db", root: scratch.path)
    let one = try AbandonedDirectory.create(in: directory, at: 1_800_000_000)
    let two = try AbandonedDirectory.create(in: directory, at: 1_800_000_000)
    #expect(one.path != two.path && two.path == one.path + "-2")
    #expect(try Files.status(of: one.path).mode == 0o700)
    try Files.writeAtomically("x", to: scratch.file("source"), mode: 0o644)
    #expect(try one.keep(scratch.file("source"), of: User.current, as: "copy") == 1)
    #expect(try Files.status(of: one.file("copy")).mode == 0o600)
    #expect(throws: HostError.self) { try one.needs(1 << 60) }
  }

  @Test func aLinkIsNotKept() throws {
    let scratch = try Scratch()
    let one = try AbandonedDirectory.create(in: StateDirectory(instance: "db", root: scratch.path))
    _ = try Command("/bin/ln", ["-s", "/etc/shadow", scratch.file("link")]).run(until: soon())
    #expect(throws: HostError.self) { try one.keep(scratch.file("link"), of: User.current, as: "x") }
    #expect(!Files.exists(one.file("x")))
  }
}

/// A database whose steps are told what to do, and write down what was done.
private final class FakeRejoiner: Rejoiner {
  let object = "/data"
  var done: [String] = []
  var primaries = [true]
  var isDiverged = true
  var rewindFails: (afterBeginning: Bool, reason: String)?
  var cloneFails = false
  var means = RejoinMeans(
    policy: .rewind, rewindObstacle: nil, cloneObstacle: nil, besideObstacle: nil, mayReplaceInPlace: false,
    hasRoomInPlace: true)
  var holdsCopy = false

  var hasPrimary: Bool { primaries.count > 1 ? primaries.removeFirst() : primaries.first ?? true }
  func waitForPrimary(_ progress: RejoinProgress) {}
  func divergence() -> String? { isDiverged ? "wal" : nil }
  func keep(_ divergence: String, in directory: AbandonedDirectory) -> String {
    done.append("keep")
    return "5 bytes"
  }
  func means(_ progress: RejoinProgress) -> RejoinMeans { means }
  func stop() { done.append("stop") }
  func rewind(_ progress: RejoinProgress) throws(RejoinError) {
    done.append("rewind")
    if let (afterBeginning, reason) = rewindFails {
      if afterBeginning { try progress.enter(.halfDone) }
      rewindFails = nil
      throw RejoinError(reason)
    }
    try progress.enter(.halfDone)
  }
  func clone(inPlace: Bool, _ progress: RejoinProgress) throws(RejoinError) {
    done.append(inPlace ? "clone in place" : "clone")
    if cloneFails { throw RejoinError("connection lost") }
  }
  func bringUp(_ progress: RejoinProgress) { done.append("up") }
  func resume() { done.append("resume") }
  func tidy() { done.append("tidy") }
}

@Suite struct RejoinRunTests {
  private let scratch: Scratch
  private let directory: StateDirectory
  private let fake = FakeRejoiner()

  init() throws {
    scratch = try Scratch()
    directory = StateDirectory(instance: "db", root: scratch.file("state"))
  }

  private var kept: RejoinState? { RejoinStateFile(directory).state }

  private func run() -> Bool {
    let log = Log(
      agent: "test", instance: "db",
      environment: ["HA_LOGFACILITY": "none", "HA_LOGFILE": scratch.file("log")])
    return RejoinRun(fake, directory: directory, log: log).run()
  }

  @Test func whatIsAbandonedIsKeptBeforeAnythingElse() {
    #expect(run())
    #expect(fake.done == ["keep", "stop", "rewind", "up", "tidy"])
    #expect(kept == nil)
    let history = (try? Files.readText(directory.file("history"))) ?? ""
    #expect(
      history.contains(" abandoned 5 bytes, kept in ") && history.contains(" rejoin finished: by rewinding"))
  }

  /// An election may come before the monitor that sees it follow.
  @Test func aNodeThatIsBackMayVoteAndIsNotToBePromoted() throws {
    let marker = HeldMarker(directory)
    try marker.write(.diverged, because: "WAL")
    fake.cloneFails = true
    fake.rewindFails = (false, "missing WAL")
    #expect(!run() && marker.kind == .diverged)
    fake.cloneFails = false
    #expect(run() && marker.kind == .leftBehind)
  }

  @Test func aNodeThatNobodyHeldIsNotHeldAfterwards() {
    #expect(run() && HeldMarker(directory).kind == nil)
  }

  @Test func aRewindThatCannotBeIsACopy() {
    fake.rewindFails = (false, "missing WAL")
    #expect(run())
    #expect(fake.done == ["keep", "stop", "rewind", "clone", "up", "tidy"])
  }

  @Test func aPrimaryThatIsLostBeforeAnythingChangedSaysNothingAgainstRewinding() {
    fake.rewindFails = (false, "connection refused")
    fake.primaries = [false, true]
    #expect(run())
    #expect(fake.done == ["keep", "stop", "rewind", "stop", "rewind", "up", "tidy"])
  }

  @Test func aRewindThatWasInterruptedIsNotTrusted() throws {
    var state = RejoinState()
    state.phase = .halfDone
    state.kept = scratch.path
    try RejoinStateFile(directory).save(state)
    #expect(run())
    #expect(fake.done == ["clone", "up", "tidy"])
  }

  @Test func dataThatIsWholeIsOnlyStarted() throws {
    var state = RejoinState()
    state.phase = .exchanging
    state.kept = "/x"
    try RejoinStateFile(directory).save(state)
    fake.holdsCopy = true
    #expect(run())
    #expect(fake.done == ["up", "tidy"])
  }

  @Test func afterAFailureTheServerRunsOnUntouchedData() {
    fake.rewindFails = (false, "missing WAL")
    fake.cloneFails = true
    #expect(!run())
    #expect(fake.done == ["keep", "stop", "rewind", "clone", "resume"])
    #expect(kept?.phase == .untouched && kept?.failure == "connection lost" && kept?.attempts == 1)
    #expect(kept?.failedAt != nil && kept?.isHopeless == false && kept?.kept != nil)
  }

  @Test func noServerIsStartedOnHalfChangedData() {
    fake.rewindFails = (true, "connection lost")
    fake.cloneFails = true
    #expect(!run())
    #expect(fake.done == ["keep", "stop", "rewind", "clone"])
    #expect(kept?.phase == .halfDone)
  }

  @Test func whatCannotBeDoneWaitsForAnOperator() {
    fake.means.rewindObstacle = "no hints"
    fake.means.cloneObstacle = "tablespaces"
    #expect(!run())
    #expect(fake.done == ["keep"])
    #expect(kept?.isHopeless == true)
    #expect(kept?.failure == "the data directory cannot be replaced by a copy (no hints; tablespaces)")
  }

  @Test func aNodeThatHasNothingOfItsOwnIsLeftAlone() {
    fake.isDiverged = false
    #expect(run())
    #expect(fake.done == ["up", "tidy"])
  }
}
