import MySQLFacts
import Replication
import Testing

@Suite struct MariaDBHistoryTests {
  private func history(_ text: String) throws -> MariaDBHistory {
    try #require(MariaDBHistory(text), "\(text)")
  }

  @Test func readsOneGTID() {
    #expect(MariaDBGTID("0-1-100") == MariaDBGTID(domain: 0, server: 1, sequence: 100))
    let last = "4294967295-4294967295-18446744073709551615"
    #expect(MariaDBGTID(last)?.description == last)
    for text in [
      "", "0-1", "0-1-", "-1-1", "0--1", "0-1-1-1", "4294967296-1-1", "0-4294967296-1",
      "0-1-18446744073709551616",
      "+0-1-1", "0-1-1 ", " 0-1-1", "0-1-1,", "a-1-1", "0-1-0x1", "0:1:1",
    ] {
      #expect(MariaDBGTID(text) == nil, "\(text)")
    }
  }

  /// What a MariaDB 10.11 server prints and takes.
  @Test(arguments: [
    ("", ""), (" ", ""), ("0-1-100", "0-1-100"), ("0-2-2,0-1-3,7-3-1,7-4-100", "0-1-3,0-2-2,7-3-1,7-4-100"),
    (" 0-1-500, 1-1-1", "0-1-500,1-1-1"), ("0-1-5 ", "0-1-5"), ("00-01-500", "0-1-500"),
    ("0-0-5", "0-0-5"), ("0-1-0", ""), ("0-1-7,0-1-5", "0-1-7"),
    ("10-1-1,9-1-1,0-11-1,0-2-1", "0-2-1,0-11-1,9-1-1,10-1-1"),
  ])
  func readsAndWrites(text: String, canonical: String) throws {
    let history = try history(text)
    #expect(history.description == canonical)
    #expect(history.isEmpty == canonical.isEmpty)
    #expect(MariaDBHistory(canonical) == history)
    #expect(MariaDBHistory(history.gtids) == history)
  }

  @Test(arguments: [
    "x", "0-1-500,", ",0-1-500", "0-1-1,,0-2-2", ",", "+0-1-500", "0-1", "0-1-1 0-2-2", "0-1-1;0-2-2",
    "0- 1-1", "3e11fa47-71ca-11e1-9e33-c80aa9429562:1", "0-1-1-1", "0-1-18446744073709551616",
    "0-1-36893488147419103241", "0-1-1\u{0}",
  ])
  func refusesEverythingElse(text: String) {
    #expect(MariaDBHistory(text) == nil)
  }

  @Test(.timeLimit(.minutes(1))) func isNotHeldUpByHostileText() throws {
    #expect(MariaDBHistory(String(repeating: ",", count: 1 << 20)) == nil)
    #expect(MariaDBHistory("0-1-" + String(repeating: "9", count: 1 << 20)) == nil)
    #expect(try history(String(repeating: "0-1-1,", count: 1 << 17) + "0-1-2").description == "0-1-2")
    let wide = try history((1...50_000).map { "\($0)-1-1" }.joined(separator: ","))
    #expect(wide.heads.count == 50_000)
    #expect(wide.short == "1-1-1,2-1-1,3-1-1,4-1-1,5-1-1,6-1-1,7-1-1 and 49993 more")
  }

  /// A server that received 0-2-18 when it had written 0-3-18 itself has not both, and is ahead of nobody.
  @Test func twoLastTransactionsWithOneNumberAreNobodysHistory() throws {
    let torn = try history("0-1-5,0-2-18,0-3-18,7-1-1")
    #expect(torn.isTorn)
    for other in ["0-2-18,7-1-1", "0-3-18,7-1-1", "0-2-17", "0-2-19,7-1-1", "0-2-18,0-3-18,0-4-18,7-1-1"] {
      #expect(try torn.standing(against: history(other)) == .diverged, "\(other)")
      #expect(try history(other).standing(against: torn) == .diverged, "\(other)")
    }
    #expect(try torn.standing(against: history("0-3-18,0-2-18,7-1-1")) == .equal)
    #expect(try torn.standing(against: history("0-3-18,0-2-18,7-1-2")) == .behind)
    for text in ["", "0-2-18", "0-1-18,1-2-18", "0-1-17,0-2-18"] { #expect(try !history(text).isTorn) }
  }

  @Test func theHeadsAreTheLastTransactions() throws {
    func heads(_ text: String) throws -> [String] { try history(text).heads.map(\.description) }
    #expect(try heads("") == [])
    #expect(try heads("0-1-100,0-2-101,7-4-9") == ["0-2-101", "7-4-9"])
    #expect(try heads("0-1-101,0-2-101,0-3-7") == ["0-1-101", "0-2-101"])
  }

  @Test func containsWhatItsWriterReached() throws {
    let history = try history("0-1-100,0-2-101")
    for text in ["0-1-100", "0-1-1", "0-2-101", "0-2-100"] {
      #expect(history.contains(try #require(MariaDBGTID(text))))
    }
    for text in ["0-1-101", "0-3-1", "1-1-1", "0-2-102"] {
      #expect(!history.contains(try #require(MariaDBGTID(text))))
    }
  }

  @Test(arguments: [
    ("", "", Standing.equal), ("", "0-1-1", .behind), ("0-1-100", "0-1-101", .behind),
    // After a failover; the second wrote more than the first, or less, or the same number.
    ("0-1-100", "0-1-100,0-2-101", .behind), ("0-1-101", "0-1-100,0-2-101", .diverged),
    ("0-1-109", "0-1-100,0-2-101", .diverged), ("0-1-101", "0-1-100,0-2-109", .diverged),
    // Back to the first.
    ("0-1-100,0-2-101", "0-1-102,0-2-101", .behind), ("0-1-102,0-2-101", "0-1-100,0-2-102", .diverged),
    // One of the two does not remember who wrote before.
    ("0-2-101", "0-1-100,0-2-101", .equal), ("0-2-101", "0-1-100,0-2-102", .behind),
    // Several domains.
    ("0-1-1", "1-1-1", .diverged), ("0-1-1", "0-1-1,1-1-1", .behind),
    ("0-1-2,1-1-1", "0-1-1,1-1-2", .diverged),
    ("0-1-2,1-1-2", "0-1-2,1-1-1", .ahead),
    // Two that had parted, in one.
    ("0-1-101,0-2-101", "0-2-101", .diverged),
  ])
  func compares(one: String, other: String, standing: Standing) throws {
    let (one, other) = (try history(one), try history(other))
    #expect(one.standing(against: other) == standing)
    #expect(other.standing(against: one) == standing.reversed)
  }

  /// The primary has server ID 1.
  @Test(arguments: [
    ("0-1-100", "0-1-100", ""), ("0-1-99", "0-1-100", ""), ("0-1-101", "0-1-100", ""),
    ("0-1-100,0-2-101", "0-1-100", "0-2-101"), ("0-1-100,0-2-101,5-3-1", "0-1-100", "0-2-101,5-3-1"),
    ("0-1-101,0-2-101", "0-1-100", "0-2-101"), ("0-1-102,0-2-100", "0-1-101,0-2-100", ""),
    ("0-2-100", "0-1-101,0-2-100", ""), ("0-2-7", "", "0-2-7"),
  ])
  func findsErrantTransactions(replica: String, primary: String, errant: String) throws {
    let found = try history(replica).errant(comparedTo: try history(primary), primaryServerID: 1)
    #expect(found.description == errant)
  }

  @Test func isShortForPeople() throws {
    #expect(try history("").short == "")
    #expect(try history("0-1-100,0-2-101,7-3-5").short == "0-2-101,7-3-5")
    let long = (1...9).map { "\($0)-4294967295-1844674407370955160\($0)" }.joined(separator: ",")
    #expect(try history(long).short == "1-4294967295-18446744073709551601 and 8 more")
  }
}
