import Glibc
import Host
import OCF
import Replication
import TestSupport
import Testing

@testable import ReplicationActions

/// A number, or a letter, which has nothing to do with one.
private struct Reach: Position {
  let description: String
  var short: String { description }

  init?(_ text: String) {
    guard text.count == 1 else { return nil }
    description = text
  }

  func standing(against other: Reach) -> Standing {
    if description == other.description { return .equal }
    guard let mine = Int(description), let theirs = Int(other.description) else { return .diverged }
    return mine < theirs ? .behind : .ahead
  }
}

private struct Candidate: Elector {
  let context: Room
  let own: String
  var object: String { "/data" }
  var substance: String { "rows" }
  var durability: DurabilityWish {
    DurabilityWish(policy: .async, acknowledgements: 1, limit: .seconds(1))
  }
  var electionTimeout: Duration { .milliseconds(300) }

  func abstention(candidate: String?) -> String? { nil }
  func reservation(candidate: String?) -> String? { nil }
  func lagging(candidate: String?) -> String? { nil }
  func ownHistory() throws(Unknown) -> Reach {
    guard let reach = Reach(own) else { throw Unknown("nothing") }
    return reach
  }
  func receive(from upstream: Upstream) throws(Unknown) { throw Unknown("cannot") }
}

/// A cluster of three in which the attribute daemon answers with what a test has put there.
private struct Room: ActionContext {
  let invocation: Invocation
  let cluster: Cluster
  let run: RunDirectory
  let log: Log
  let deadline = soon()
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let nodes = "n1 n2 n3"
    let environment = [
      "OCF_RESOURCE_INSTANCE": "db:0", "HA_LOGFACILITY": "none", "HA_LOGFILE": scratch.file("log"),
      "HA_RSCTMP": scratch.file("run"), "OCF_RESKEY_CRM_meta_notify_active_uname": nodes,
      "OCF_RESKEY_CRM_meta_notify_promote_uname": "n1",
    ]
    invocation = Invocation(environment: environment)
    log = Log(agent: "test", instance: "db", environment: environment)
    _ = try scratch.script("crm_attribute", "echo crm_attribute \"$@\" >> \(scratch.file("calls")); exit 105")
    _ = try scratch.script(
      "attrd_updater",
      """
      case "$*" in *--query*) cat \(scratch.path)/vote.* 2>/dev/null;; esac
      echo "$@" >> \(scratch.file("calls"))
      """)
    cluster = Cluster(
      tools: ClusterTools(node: "n1", instance: "db", directories: [scratch.path]), instance: "db", log: log)
    run = RunDirectory(agent: "test", instance: "db", environment: environment)
  }

  /// What a node told, by a clock that is off by some seconds.
  func vote(_ node: String, _ word: String, clock: Int64 = 0) throws {
    try Files.writeAtomically(
      "<attribute name=\"db-position\" host=\"\(node)\" value=\"\(word) \(secondsSinceEpoch() + clock)\"/>\n",
      to: scratch.file("vote.\(node)"))
  }

  func answer(members: [String]) throws {
    let nodes = members.enumerated().map { "<node id=\"\($0 + 1)\" uname=\"\($1)\"/>" }.joined()
    try Files.writeAtomically(
      "<cib><configuration><crm_config/><nodes>\(nodes)</nodes><resources/></configuration><status/></cib>",
      to: scratch.file("cib"))
    _ = try scratch.script("cibadmin", "exec cat \(scratch.file("cib"))")
  }

  var candidate: Candidate { Candidate(context: self, own: "5") }
  var logged: String { (try? Files.readText(scratch.file("log"))) ?? "" }
  var calls: [String] {
    ((try? Files.readText(scratch.file("calls"))) ?? "").split(separator: "\n").map(String.init)
  }

  func refusal() -> String? {
    do throws(OCFError) {
      try candidate.confirm()
      return nil
    } catch {
      return error.reason
    }
  }
}

@Suite struct VoteTests {
  @Test(arguments: [0, -120, -100_000, 120, 100_000] as [Int64])
  func noClockTakesAVoteAway(clock: Int64) throws {
    let room = try Room()
    try room.vote("n2", "9", clock: clock)
    try room.vote("n3", "3")
    #expect(room.refusal() == "/data: promotion refused: n2 has more rows (n2 9, n3 3, n1 5)")
    #expect(room.logged.contains("n2: told its position") == (clock != 0))
  }

  /// Before the promotion it is waited for, because it may be of an election before; then it counts.
  @Test(arguments: [0, -120, 120] as [Int64])
  func norBeforeThePromotion(clock: Int64) throws {
    let room = try Room()
    try room.vote("n2", "9", clock: clock)
    try room.vote("n3", "3")
    let candidate = room.candidate
    let tools = try #require(room.cluster.tools)
    let (ballots, silent, _) = candidate.collect(["n2", "n3"], own: Reach("5"), node: "n1", told: nil, tools)
    #expect(silent.isEmpty && candidate.summary(ballots) == "n1 5, n2 9, n3 3")
    #expect(room.logged.contains("n2: told its position") == (clock != 0))
  }

  @Test func whoCouldNotVoteBeforeIsWaitedFor() throws {
    let room = try Room()
    try room.vote("n2", "abstains", clock: -30)
    try room.vote("n3", "abstains")
    let candidate = room.candidate
    let tools = try #require(room.cluster.tools)
    let (ballots, silent, _) = candidate.collect(["n2", "n3"], own: Reach("5"), node: "n1", told: nil, tools)
    #expect(silent == ["n2"] && candidate.summary(ballots) == "n1 5, n2 silent, n3 silent")
    #expect(room.refusal() == nil)
  }

  /// It votes itself if another does not.
  @Test(arguments: ["3", "abstains", "reserve:3", nil] as [String?])
  func whoseServerIsStartedLaterIsWaitedForUnlessEveryOtherVotes(third: String?) throws {
    let room = try Room()
    try room.vote("n2", "late")
    if let third { try room.vote("n3", third) }
    try room.answer(members: ["n1", "n2", "n3"])
    let tools = try #require(room.cluster.tools)
    let (_, silent, _) = room.candidate.collect(
      ["n2", "n3"], own: Reach("5"), node: "n1", told: nil, tools)
    #expect(silent == (third == "3" ? [] : third == nil ? ["n3"] : ["n2"]))
    #expect(room.waitForVotes(of: ["n3"], tools, until: soon(0)) == (third == "3"))
    #expect((room.refusal() == nil) == (third == "3"))
  }

  /// What it has may be all that is left of what a node had that is not there.
  @Test func orIfOneIsNotThere() throws {
    let room = try Room()
    try room.vote("n2", "late")
    try room.vote("n3", "3")
    let tools = try #require(room.cluster.tools)
    for members in [["n1", "n2", "n3", "n4"], []] {
      if !members.isEmpty { try room.answer(members: members) }
      let (_, silent, _) = room.candidate.collect(
        ["n2", "n3"], own: Reach("5"), node: "n1", told: nil, tools)
      #expect(silent == ["n2"])
      #expect(room.refusal()?.contains("n2 may have more") ?? false)
    }
  }

  @Test func aVetoCountsByAnyClock() throws {
    let room = try Room()
    try room.vote("n2", "primary", clock: 3000)
    #expect(room.refusal() == "/data: promotion refused: n2 is a primary")
  }

  @Test func nonsenseIsNoVote() throws {
    let room = try Room()
    for word in ["", "9 9", "99"] {
      try room.vote("n2", word)
      #expect(room.refusal() == nil)
    }
    #expect(Vote<Reach>("9 \(Int64.min)")?.age == .max)
  }

  @Test func whatWasToldIsTakenBackOnce() throws {
    let room = try Room()
    room.withdrawVote()
    #expect(room.calls.isEmpty)
    _ = room.candidate.publish(candidate: "n2")
    #expect(room.run.voteSince != nil)
    room.withdrawForgottenVote()
    #expect(room.calls.count == 1)
    room.withdrawVote()
    room.withdrawVote()
    #expect(room.calls.count == 2)
    #expect(room.calls.last == "--name=db-position --node=n1 --delete --private")
    room.withdrawVote(always: true)
    #expect(room.calls.count == 3)
  }

  @Test func aForgottenOneIsTakenBackByAMonitor() throws {
    let room = try Room()
    try room.run.noteVote(at: secondsSinceBoot() - 601)
    room.withdrawForgottenVote()
    #expect(room.calls == ["--name=db-position --node=n1 --delete --private"] && room.run.voteSince == nil)
  }
}
