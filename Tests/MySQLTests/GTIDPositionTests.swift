import MySQLFacts
import Replication
import Testing

private let a = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

@Suite struct GTIDPositionTests {
  @Test(arguments: ["mysql/", "mariadb/", "mysql/\(a):1-7:tag:1", "mariadb/0-1-100,0-2-101"])
  func writesWhatItReads(word: String) {
    #expect(GTIDPosition(word)?.description == word)
  }

  @Test(arguments: [
    "", "/", "mysql", "mariadb", "mysql:", "\(a):1-7", "0-1-100", "mysql/0-1-100", "mariadb/\(a):1-7",
    "MySQL/\(a):1",
    "mysql//", " mysql/", "mariadb/x", "abstains", "1:0/5000",
  ])
  func refusesEverythingElse(word: String) {
    #expect(GTIDPosition(word) == nil)
  }

  @Test(arguments: [
    ("mysql/\(a):1-7", "mysql/\(a):1-8", Standing.behind), ("mariadb/0-1-9", "mariadb/0-1-8", .ahead),
    ("mysql/", "mariadb/", .diverged), ("mysql/\(a):1", "mariadb/0-1-1", .diverged),
    ("mysql/", "mysql/", .equal),
  ])
  func compares(one: String, other: String, standing: Standing) throws {
    let (one, other) = (try #require(GTIDPosition(one)), try #require(GTIDPosition(other)))
    #expect(one.standing(against: other) == standing)
    #expect(other.standing(against: one) == standing.reversed)
  }

  @Test func isShortWithoutThePrefix() {
    #expect(GTIDPosition("mysql/\(a):1-7")?.short == "\(a):1-7")
    #expect(GTIDPosition("mariadb/0-1-100,0-2-101")?.short == "0-2-101")
  }

  @Test func anElectionFindsTheOneThatHasMost() throws {
    let ballots = ["a": "\(a):1-7", "b": "\(a):1-9", "c": "\(a):1-8"].map {
      Ballot<GTIDPosition>(node: $0.key, position: GTIDPosition("mysql/\($0.value)"))
    }
    #expect(elect(candidate: "a", among: ballots) == .yield(to: "b"))
    #expect(elect(candidate: "b", among: ballots) == .promote)
  }
}
