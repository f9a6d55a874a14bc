import MySQLFacts
import Testing

private let primary = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
private let other = "0ffbab10-0000-0000-0000-00000000000a"

@Suite struct ErrantTests {
  private func errant(_ own: String, _ theirs: String, by identity: ServerAnswer.Identity) throws -> String? {
    let own = try #require(GTIDPosition(own))
    let theirs = try #require(GTIDPosition(theirs))
    return own.errant(comparedTo: theirs, writtenBy: identity)?.description
  }

  private func mysql() throws -> ServerAnswer.Identity { .mysql(try #require(SourceUUID(primary))) }

  /// A replica may be ahead of a primary that waits for the acknowledgement of another.
  @Test func whatThePrimaryWroteItselfIsNotErrant() throws {
    #expect(try errant("mysql/\(primary):1-10", "mysql/\(primary):1-9", by: mysql()) == nil)
    #expect(try errant("mysql/\(primary):1-5", "mysql/\(primary):1-9", by: mysql()) == nil)
    #expect(try errant("mariadb/0-1-10", "mariadb/0-1-9", by: .mariadb(1)) == nil)
  }

  @Test func whatItHasNotIs() throws {
    #expect(
      try errant("mysql/\(primary):1-9,\(other):1-3", "mysql/\(primary):1-9,\(other):1-2", by: mysql())
        == "mysql/\(other):3")
    #expect(try errant("mariadb/0-1-9,0-2-10", "mariadb/0-1-9", by: .mariadb(1)) == "mariadb/0-2-10")
  }

  @Test func anotherFamilyHasNothingInCommon() throws {
    #expect(try errant("mariadb/0-1-9", "mysql/\(primary):1-9", by: mysql()) == "mariadb/0-1-9")
    #expect(try errant("mysql/\(primary):1", "mysql/\(primary):1", by: .mariadb(1)) == "mysql/\(primary):1")
  }

  @Test func mergingIsWhatEitherHas() throws {
    let set = try #require(GTIDPosition("mysql/\(primary):1-3"))
    let more = try #require(GTIDPosition("mysql/\(primary):5"))
    let history = try #require(GTIDPosition("mariadb/0-1-9"))
    #expect(set.merging(more).description == "mysql/\(primary):1-3:5")
    #expect(
      history.merging(try #require(GTIDPosition("mariadb/0-1-7,1-1-2"))).description == "mariadb/0-1-9,1-1-2")
    #expect(set.merging(history) == set)
  }
}
