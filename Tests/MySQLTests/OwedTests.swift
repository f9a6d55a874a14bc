import MySQLFacts
import ReplicationActions
import Testing

@testable import MySQLActions

private let source = "0ffbab10-0000-0000-0000-00000000000a"

/// What a replica had received, threw away because it could not be read, and has to receive again.
@Suite struct OwedTests {
  private func answer(_ executed: String, received: String) throws -> ServerAnswer {
    var answer = ServerAnswer(
      version: ServerVersion(.mysql, 8, 4, 0), isReadOnly: true,
      identity: .mysql(try #require(SourceUUID(source))), executed: try #require(GTIDPosition(executed)))
    var channel = ReplicaChannel()
    channel.received = GTIDPosition(received)
    answer.channels = [channel]
    return answer
  }

  @Test func isOwedUntilItIsThere() throws {
    var memory = Memory()
    #expect(memory.owed(by: try answer("mysql/\(source):1-5", received: "mysql/")) == nil)
    memory.owed = GTIDPosition("mysql/\(source):1-9")
    // As the next process reads it.
    let word: String = try #require(memory["owed"])
    let kept = Memory(["owed": word])
    let before = try answer("mysql/\(source):1-5", received: "mysql/\(source):6-7")
    #expect(kept.owed(by: before) == GTIDPosition("mysql/\(source):8-9"))
    // To have received it is enough: it is applied before a promotion.
    #expect(kept.owed(by: try answer("mysql/\(source):1-5", received: "mysql/\(source):6-9")) == nil)
    #expect(kept.owed(by: try answer("mysql/\(source):1-12", received: "mysql/")) == nil)
  }

  @Test func ofMariaDBToo() throws {
    var memory = Memory()
    memory.owed = GTIDPosition("mariadb/0-1-9")
    #expect(memory.owed(by: try answer("mariadb/0-1-5", received: "mariadb/0-1-8")) != nil)
    #expect(memory.owed(by: try answer("mariadb/0-1-5", received: "mariadb/0-1-9")) == nil)
  }
}
