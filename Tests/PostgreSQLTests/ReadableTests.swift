import PostgreSQLFacts
import PostgreSQLRules
import Replication
import Testing

@Suite struct ReadableTests {
  private func standby(streams: Bool = true, delay: Duration?) -> ServerAnswer {
    var standby = ServerAnswer.Standby()
    standby.receiverStatus = streams ? "streaming" : "waiting"
    standby.received = LSN(10)
    standby.replayed = LSN(10)
    standby.sendersEnd = LSN(delay == .zero ? 10 : 20)
    standby.replayAge = delay
    return ServerAnswer(standby: standby)
  }

  @Test func aPrimaryIsReadableAndSilenceIsNot() {
    #expect(
      isReadable(ServerAnswer(standby: nil), wasReadable: false, disconnected: .zero, limit: .seconds(30)))
    #expect(!isReadable(nil, wasReadable: true, disconnected: .zero, limit: .seconds(30)))
  }

  @Test(arguments: [
    (0, true, true), (14_999, true, true), (15_000, false, true), (29_999, false, true),
    (30_000, false, false),
  ])
  func aStandbyIsReadableByItsDelay(milliseconds: Int, whenItWasNot: Bool, whenItWas: Bool) {
    let answer = standby(delay: .milliseconds(milliseconds))
    #expect(isReadable(answer, wasReadable: false, disconnected: .zero, limit: .seconds(30)) == whenItWasNot)
    #expect(isReadable(answer, wasReadable: true, disconnected: .zero, limit: .seconds(30)) == whenItWas)
  }

  @Test func aStandbyThatStreamsAndDoesNotKnowItsDelayIsNot() {
    let answer = standby(delay: nil)
    #expect(!isReadable(answer, wasReadable: true, disconnected: .zero, limit: .seconds(30)))
  }

  /// Without a sender the data grows old as time goes by; a change of primary costs no readers.
  @Test(arguments: [(0, true), (29, true), (30, false), (3600, false)])
  func aStandbyThatLostItsPrimaryStaysReadableForAWhile(seconds: Int, isStill: Bool) {
    let answer = standby(streams: false, delay: .zero)
    #expect(
      isReadable(answer, wasReadable: true, disconnected: .seconds(seconds), limit: .seconds(30)) == isStill)
    #expect(!isReadable(answer, wasReadable: false, disconnected: .seconds(seconds), limit: .seconds(30)))
  }

  @Test(
    arguments: [
      (0, nil, 0), (4, nil, 0), (5, nil, 8), (8, nil, 8), (9, nil, 16), (1000, nil, 1024),
      // Up at once; down only at a quarter of what is shown.
      (17, 8, 32), (16, 32, 32), (9, 32, 32), (8, 32, 8), (5, 16, 16), (5, 8, 8), (4, 8, 8), (3, 8, 8),
      (2, 8, 0),
      (4, 64, 8), (0, 64, 0), (3, 0, 0),
    ] as [(UInt64, UInt64?, UInt64)])
  func lagIsShownInSteps(value: UInt64, shown: UInt64?, step: UInt64) {
    #expect(shownLag(value, shown: shown, floor: 4) == step)
  }

  @Test func lagThatStaysAboveAQuarterOfWhatIsShownChangesNothing() {
    var random = Random(seed: 5)
    for _ in 0..<2000 {
      let floor: UInt64 = 1 << 20
      let value = floor + 1 + (random.next() >> (20 + random.next() % 24))
      let shown = shownLag(value, shown: nil, floor: floor)
      #expect(shown >= value && shown / 2 < value)
      let nearby = shown / 4 + 1 + random.next() % (shown - shown / 4)
      #expect(shownLag(nearby, shown: shown, floor: floor) == shown, "\(value) \(nearby)")
    }
  }

  @Test func theLargestLagIsANumberToo() {
    for shown in [nil, 0, 1 << 20, 1 << 63, UInt64.max] as [UInt64?] {
      #expect(shownLag(.max, shown: shown, floor: 1 << 20) == 1 << 63)
    }
  }
}
