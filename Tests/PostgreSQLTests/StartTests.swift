import Testing

@testable import PostgreSQLActions
@testable import PostgreSQLFacts

@Suite struct TimelineChoiceTests {
  private func control(
    timeline: Int, checkpoint: String, minimum: String = "0/0", of minimumTimeline: Int = 0
  )
    -> ControlData?
  {
    ControlData(
      """
      Database system identifier:           7300000000000000000
      Database cluster state:               in archive recovery
      Latest checkpoint location:           \(checkpoint)
      Latest checkpoint's REDO location:    \(checkpoint)
      Latest checkpoint's TimeLineID:       \(timeline)
      Minimum recovery ending location:     \(minimum)
      Min recovery ending loc's timeline:   \(minimumTimeline)
      """)
  }

  private func forks(_ text: String) throws -> [Fork] { try #require(Fork.ancestry(historyFile: text)) }

  @Test func withoutAHistoryFileThereIsNothingToFear() throws {
    let choice = TimelineChoice(newest: nil, ancestry: [])
    #expect(choice.canFollowNewest(try #require(control(timeline: 1, checkpoint: "0/3000060"))))
  }

  /// The very places of the lab's finding: PostgreSQL said "requested timeline 6 does not contain minimum recovery
  /// point 0/1BAE818 on timeline 5".
  @Test func whatWasReplayedBeyondTheForkCannotFollow() throws {
    let choice = TimelineChoice(
      newest: Timeline(6 as UInt32), ancestry: try forks("5\t0/1BAE7E0\tno recovery target"))
    let beyond = control(timeline: 5, checkpoint: "0/1A00000", minimum: "0/1BAE818", of: 5)
    #expect(!choice.canFollowNewest(try #require(beyond)))
    let before = control(timeline: 5, checkpoint: "0/1A00000", minimum: "0/1BAE7E0", of: 5)
    #expect(choice.canFollowNewest(try #require(before)))
  }

  @Test func aCheckpointBeyondTheForkCannotFollow() throws {
    let choice = TimelineChoice(newest: Timeline(2 as UInt32), ancestry: try forks("1\t0/3000000\tx"))
    #expect(!choice.canFollowNewest(try #require(control(timeline: 1, checkpoint: "0/3000060"))))
    #expect(choice.canFollowNewest(try #require(control(timeline: 1, checkpoint: "0/2000060"))))
    #expect(choice.canFollowNewest(try #require(control(timeline: 2, checkpoint: "0/5000060"))))
    #expect(!choice.canFollowNewest(try #require(control(timeline: 3, checkpoint: "0/2000060"))))
  }

  @Test func theNewestIsTheHighestNumberInHexadecimal() {
    let names = [
      "00000002.history", "0000000A.history", "00000009.history", "0000000B.history.tmp", "x.history",
    ]
    #expect(TimelineChoice.newest(of: names) == Timeline(10 as UInt32))
    #expect(TimelineChoice.newest(of: ["000000010000000000000001"]) == nil)
  }
}

@Suite struct LastWordsTests {
  @Test func aFatalWithItsDetail() {
    let log = """
      2026-11-23 21:09:52.190 UTC [1] LOG:  entering standby mode
      2026-11-23 21:09:52.196 UTC [2] FATAL:  recovery aborted because of insufficient parameter settings
      2026-11-23 21:09:52.196 UTC [2] DETAIL:  max_connections = 5 is a lower setting than on the primary server.
      2026-11-23 21:09:52.196 UTC [2] HINT:  You can restart the server.
      2026-11-23 21:09:52.198 UTC [3] [unknown] FATAL:  the database system is starting up
      2026-11-23 21:09:52.200 UTC [1] LOG:  shutting down
      """
    #expect(
      Readiness.lastWords(log)
        == "FATAL: recovery aborted because of insufficient parameter settings; DETAIL: max_connections = 5 is a lower setting than on the primary server."
    )
  }

  @Test func aLoneFatalWithTheLineBefore() {
    let log = """
      2026-11-23 21:10:16.127 GMT [1] LOG:  unrecognized configuration parameter "nonsense" in file "x" line 822
      2026-11-23 21:10:16.127 GMT [1] FATAL:  configuration file "x" contains errors
      """
    #expect(
      Readiness.lastWords(log)
        == "FATAL: configuration file \"x\" contains errors; LOG: unrecognized configuration parameter \"nonsense\" in file \"x\" line 822"
    )
  }

  @Test func nothingFatalIsTheLastLine() {
    #expect(Readiness.lastWords("a\nb\n") == "b")
    #expect(Readiness.lastWords("") == "")
  }
}
