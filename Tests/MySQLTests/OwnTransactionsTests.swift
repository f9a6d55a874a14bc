import MySQLFacts
import Testing

private let own = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
private let primary = "0ffbab10-0000-0000-0000-00000000000a"

/// What a replica wrote itself since its history was compared with the primary's.
@Suite struct OwnTransactionsTests {
  private func answer(_ executed: String, received: String? = nil) throws -> ServerAnswer {
    let position = try #require(GTIDPosition(executed))
    var identity = ServerAnswer.Identity.mysql(try #require(SourceUUID(own)))
    if case .mariadb = position { identity = .mariadb(3) }
    var answer = ServerAnswer(
      version: ServerVersion(.mysql, 8, 4, 0), isReadOnly: true, identity: identity, executed: position)
    if let received {
      var channel = ReplicaChannel()
      let position: GTIDPosition = try #require(GTIDPosition(received))
      channel.received = position
      answer.channels = [channel]
    }
    return answer
  }

  private func stray(_ executed: String, received: String? = nil, since word: String) throws -> String? {
    let verified: GTIDPosition = try #require(GTIDPosition(word))
    return try answer(executed, received: received).strayTransactions(since: verified)?.description
  }

  @Test func itsOwnAreThoseItWroteFirst() throws {
    #expect(
      try answer("mysql/\(primary):1-9,\(own):1-3,\(own):tag:1").ownTransactions.description
        == "mysql/\(own):1-3:tag:1")
    #expect(try answer("mysql/\(primary):1-9").ownTransactions.description == "mysql/")
    #expect(try answer("mariadb/0-1-9,0-3-7,1-3-2").ownTransactions.description == "mariadb/0-3-7,1-3-2")
  }

  /// It is kept as a word between monitors.
  @Test(arguments: ["mysql/", "mariadb/", "mysql/\(own):1-3:tag:1", "mariadb/0-3-7,1-3-2"])
  func isReadAsItWasKept(word: String) throws {
    #expect(try #require(GTIDPosition(word)).description == word)
  }

  @Test func whatThePrimaryWritesIsNotStray() throws {
    #expect(try stray("mysql/\(primary):1-9,\(own):1-3", since: "mysql/\(own):1-3") == nil)
    #expect(try stray("mysql/\(primary):1-9", since: "mysql/") == nil)
    #expect(try stray("mariadb/0-1-9,0-3-7", since: "mariadb/0-3-7") == nil)
  }

  @Test func whatWasWrittenHereIs() throws {
    #expect(try stray("mysql/\(primary):1-9,\(own):1", since: "mysql/") == "mysql/\(own):1")
    #expect(try stray("mysql/\(own):1-3,\(own):tag:1", since: "mysql/\(own):1-3") == "mysql/\(own):tag:1")
    #expect(try stray("mariadb/0-1-17,0-3-18", since: "mariadb/") == "mariadb/0-3-18")
    // The primary went on, and the applier stopped before what it has received since.
    #expect(
      try stray("mariadb/0-1-17,0-3-18", received: "mariadb/0-1-30", since: "mariadb/") == "mariadb/0-3-18")
    #expect(try stray("mariadb/0-3-7,1-3-1", since: "mariadb/0-3-7") == "mariadb/1-3-1")
  }

  /// A crashed primary loses what a replica had received, and gets it back from the next one.
  @Test func whatItReceivedIsNot() throws {
    #expect(
      try stray("mysql/\(own):1-5", received: "mysql/\(own):4-5", since: "mysql/\(own):1-3") == nil)
    #expect(try stray("mariadb/0-3-9", received: "mariadb/0-3-9", since: "mariadb/0-3-7") == nil)
  }

  /// A former primary's own transactions are no strangers until they were compared once.
  @Test func withoutAComparisonNothingIs() throws {
    #expect(try answer("mysql/\(own):1-5").strayTransactions(since: nil) == nil)
  }

  /// RESET BINARY LOGS takes a part away: nothing was written.
  @Test func lessIsNotStray() throws {
    #expect(try stray("mysql/\(primary):1-9", since: "mysql/\(own):1-3") == nil)
    #expect(try stray("mariadb/0-1-9", since: "mariadb/0-3-7") == nil)
  }
}
