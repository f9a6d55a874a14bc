import PostgreSQLFacts
import Testing

@testable import PostgreSQLActions

@Suite struct ServerQueryTests {
  @Test func readsAPrimary() {
    let answer = ServerQuery.answer([
      "recovery": "f", "timeline": "3", "prepared": "2", "oldest": "61.250", "standbys": "1",
      "received": "0/1",
    ])
    #expect(answer?.standby == nil)
    #expect(answer?.timeline?.number == 3)
    #expect(answer?.preparedTransactions == 2)
    #expect(answer?.oldestPrepared == .milliseconds(61_250))
    #expect(answer?.streamingStandbys == 1)
  }

  @Test func readsAStandby() throws {
    let answer = ServerQuery.answer([
      "recovery": "t", "timeline": "3", "received": "0/3000148", "replayed": "0/3000100",
      "status": "streaming",
      "senders_end": "0/3000200", "silence": "0.013", "replay_age": "4.500", "paused": "t",
      "conninfo": "host=db1", "prepared": "0", "standbys": "0",
    ])
    let standby = try #require(answer?.standby)
    #expect(standby.received?.description == "0/3000148")
    #expect(standby.replayed?.description == "0/3000100")
    #expect(standby.isStreaming)
    #expect(standby.sendersEnd?.description == "0/3000200")
    #expect(standby.silence == .milliseconds(13))
    #expect(standby.replayAge == .milliseconds(4500))
    #expect(standby.isReplayPaused)
    #expect(standby.primaryConnection == "host=db1")
    #expect(standby.lag == 256)
    #expect(standby.delay == .milliseconds(4500))
    #expect(answer?.preparedTransactions == 0)
    #expect(answer?.oldestPrepared == nil)
  }

  /// Nothing is overdue that was received a moment ago, or is held up on purpose.
  @Test func whatShouldHaveBeenReplayed() {
    func overdue(_ changes: [String: String]) -> String? {
      var row = [
        "recovery": "t", "received": "0/3000148", "replayed": "0/3000100", "status": "streaming",
        "replay_age": "31", "paused": "f", "delay": "0",
      ]
      for (name, value) in changes { row[name] = value }
      return ServerQuery.answer(row)?.standby?.overdue?.description
    }
    #expect(overdue([:]) == "0/3000100")
    #expect(overdue(["received": "0/3000100"]) == nil)
    #expect(overdue(["replay_age": "29"]) == nil)
    #expect(overdue(["paused": "t"]) == nil)
    #expect(overdue(["delay": "1h"]) == nil)
    #expect(overdue(["status": "waiting"]) == nil)
  }

  /// SQL's NULLs are absent: a standby just started, with no receiver and no right to see settings.
  @Test func readsAStandbyThatKnowsNothing() throws {
    let standby = try #require(ServerQuery.answer(["recovery": "t", "paused": "f"])?.standby)
    #expect(standby == ServerAnswer.Standby())
    #expect(!standby.isStreaming)
    #expect(standby.lag == nil)
    #expect(standby.delay == nil)
  }

  @Test func withoutARoleThereIsNoAnswer() {
    #expect(ServerQuery.answer(["recovery": "f", "full": "t"])?.isFull == true)
    #expect(ServerQuery.answer(["recovery": "f", "full": "f"])?.isFull == false)
    #expect(ServerQuery.answer([:]) == nil)
    #expect(ServerQuery.answer(["timeline": "1"]) == nil)
  }

  /// What is no number is unknown, and no age is negative, whatever the clock did.
  @Test func survivesOddValues() throws {
    let answer = try #require(
      ServerQuery.answer([
        "recovery": "t", "timeline": "0", "received": "x", "replayed": "", "silence": "-3.000",
        "replay_age": "1e300",
        "prepared": "many", "oldest": "nan", "standbys": "-",
      ]))
    #expect(answer.timeline == nil)
    #expect(answer.standby?.received == nil)
    #expect(answer.standby?.replayed == nil)
    #expect(answer.standby?.silence == .zero)
    #expect(answer.standby?.replayAge == .seconds(1_000_000_000))
    #expect(answer.preparedTransactions == 0)
    #expect(answer.oldestPrepared.map { $0 >= .zero } ?? true)
    #expect(answer.streamingStandbys == 0)
  }

  @Test(arguments: [
    ("streaming", true), ("waiting", false), ("starting", false), ("stopping", false), ("", false),
  ])
  func streamsOnlyWhenWALArrives(status: String, streams: Bool) {
    let row = ["recovery": "t", "status": status, "received": "0/20", "replayed": "0/20"]
    #expect(ServerQuery.answer(row)?.standby?.isStreaming == streams)
  }

  /// A diverged standby's receiver is "streaming" for a moment, again and again, from the start of a segment.
  @Test func streamsOnlyWhenWALGoesOnWhereReplayIs() {
    var row = ["recovery": "t", "status": "streaming", "received": "0/5000000", "replayed": "0/5000060"]
    #expect(ServerQuery.answer(row)?.standby?.isStreaming == false)
    row["received"] = nil
    #expect(ServerQuery.answer(row)?.standby?.isStreaming == false)
  }

  /// After a restart, as long as nothing new comes from the primary, PostgreSQL has flushed nothing of what it received.
  @Test(arguments: [("0/5000060", true), ("0/5000040", false)])
  func streamsAlsoFromAnIdlePrimary(written: String, streams: Bool) {
    let row = [
      "recovery": "t", "status": "streaming", "received": "0/5000000", "written": written,
      "replayed": "0/5000060",
    ]
    #expect(ServerQuery.answer(row)?.standby?.isStreaming == streams)
  }

  @Test(arguments: [("0/5000000", true), ("0/6000000", true), ("0/6000001", false), ("1/5000000", false)])
  func hasCaughtUpWithinOneFile(sendersEnd: String, hasCaughtUp: Bool) {
    let row = [
      "recovery": "t", "status": "streaming", "received": "0/5000000", "replayed": "0/5000000",
      "senders_end": sendersEnd,
    ]
    #expect(ServerQuery.answer(row)?.standby?.hasCaughtUp == hasCaughtUp)
  }

  @Test func allReplayedIsNoDelay() {
    let answer = ServerQuery.answer([
      "recovery": "t", "status": "streaming", "received": "0/20", "replayed": "0/20", "senders_end": "0/20",
      "replay_age": "86400.000",
    ])
    #expect(answer?.standby?.lag == 0)
    #expect(answer?.standby?.delay == .zero)
  }
}
