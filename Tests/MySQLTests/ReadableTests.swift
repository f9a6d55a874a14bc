import MySQLFacts
import MySQLRules
import Testing

@Suite struct ReadableTests {
  private func isReadable(
    _ answer: ServerAnswer?, was: Bool = false, disconnected: Duration = .zero
  ) -> Bool {
    MySQLRules.isReadable(answer, wasReadable: was, disconnected: disconnected, limit: .seconds(30))
  }

  private func replica(lag: Duration?) -> ServerAnswer {
    var channel = Answers.channel()
    channel.lag = lag
    return Answers.replica(channel)
  }

  @Test func aPrimaryIsReadableAndSilenceIsNot() {
    #expect(isReadable(Answers.server(isReadOnly: false)))
    #expect(isReadable(Answers.server(isReadOnly: false), disconnected: .seconds(3600)))
    #expect(!isReadable(nil, was: true))
  }

  @Test func whatIsClosedToApplicationsIsNot() {
    for var answer in [Answers.server(isReadOnly: false), Answers.replica()] {
      #expect(isReadable(answer, was: true))
      answer.isOffline = true
      #expect(!isReadable(answer, was: true))
    }
  }

  @Test(arguments: [
    (0, true, true), (14, true, true), (15, false, true), (29, false, true), (30, false, false),
  ])
  func aReplicaIsReadableByItsDelay(seconds: Int, whenItWasNot: Bool, whenItWas: Bool) {
    #expect(isReadable(replica(lag: .seconds(seconds))) == whenItWasNot)
    #expect(isReadable(replica(lag: .seconds(seconds)), was: true) == whenItWas)
  }

  @Test func aReplicaThatReceivesAndDoesNotKnowItsDelayIsNot() {
    #expect(!isReadable(replica(lag: nil), was: true))
  }

  @Test func aReplicaThatDoesNotApplyIsNot() {
    var channel = Answers.channel(isApplying: false)
    channel.lag = .zero
    #expect(!isReadable(Answers.replica(channel), was: true))
  }

  /// Without a source the data grows old as time goes by; a change of primary costs no readers.
  @Test(arguments: [(0, true), (29, true), (30, false), (3600, false)])
  func aReplicaThatLostItsPrimaryStaysReadableForAWhile(seconds: Int, isStill: Bool) {
    let lost = [
      Answers.replica(Answers.channel(.connecting)), Answers.replica(Answers.channel(.stopped)),
      Answers.server(isReadOnly: true),
    ]
    for answer in lost {
      #expect(isReadable(answer, was: true, disconnected: .seconds(seconds)) == isStill)
      #expect(!isReadable(answer, disconnected: .seconds(seconds)))
    }
  }
}
