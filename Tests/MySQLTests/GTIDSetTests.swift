import MySQLFacts
import Replication
import Testing

private let a = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
private let b = "2174b383-5441-11e8-b90a-c80aa9429562"
private let largest = 9_223_372_036_854_775_806 as UInt64

@Suite struct GTIDSetTests {
  private func set(_ text: String) throws -> GTIDSet { try #require(GTIDSet(text), "\(text)") }

  /// The manual, "Functions Used with Global Transaction Identifiers (GTIDs)": the examples of GTID_SUBTRACT.
  @Test(arguments: [
    ("\(a):21-57", "\(a):21", "\(a):22-57"), ("\(a):21-57", "\(a):20-25", "\(a):26-57"),
    ("\(a):21-57", "\(a):23-24", "\(a):21-22:25-57"),
    // A cut over several ranges; one that ends with a range; another tag; another source.
    ("\(a):1-3:5-7:9-11", "\(a):2-10", "\(a):1:11"), ("\(a):1-3:5", "\(a):3:5", "\(a):1-2"),
    ("\(a):1-3", "\(a):x:1-3", "\(a):1-3"), ("\(a):1-3", "\(b):1-3", "\(a):1-3"),
    ("\(a):1-\(largest)", "\(a):\(largest)", "\(a):1-\(largest - 1)"), ("\(a):1-3", "\(a):1-\(largest)", ""),
  ])
  func subtractsAsTheManualSays(one: String, other: String, left: String) throws {
    #expect(try set(one).subtracting(try set(other)).description == left)
  }

  @Test(arguments: [
    ("", "", Standing.equal), ("", "\(a):1", .behind), ("\(a):1-5", "\(a):1-9", .behind),
    ("\(a):1-9", "\(a):1-3:4-9", .equal), ("\(a):1-9", "\(a):1-5:7-9", .ahead),
    ("\(a):1-9", "\(a):1-8,\(b):1", .diverged), ("\(a):1-9,\(b):1", "\(a):1-9", .ahead),
    // The same numbers with another tag are other transactions.
    ("\(a):1-9", "\(a):tag:1-9", .diverged), ("\(a):1-9", "\(a):1-9:tag:1", .behind),
  ])
  func compares(one: String, other: String, standing: Standing) throws {
    let (one, other) = (try set(one), try set(other))
    #expect(one.standing(against: other) == standing)
    #expect(other.standing(against: one) == standing.reversed)
  }

  @Test func countsWithoutOverflow() throws {
    #expect(try set("\(a):1-3:5:x:1").transactionCount == 5)
    #expect(try set("\(a):1-\(largest)").transactionCount == largest)
    #expect(try set("\(a):1-\(largest),\(b):1-\(largest)").transactionCount == 2 * largest)
    #expect(try set("\(a):1-\(largest):x:1-\(largest):y:1-\(largest)").transactionCount == .max)
  }

  /// `a` is the primary.
  @Test(arguments: [
    ("\(a):1-9", "\(a):1-9", ""), ("\(a):1-5", "\(a):1-9", ""),
    // Sent before the primary committed it, with a tag or without.
    ("\(a):1-10", "\(a):1-9", ""), ("\(a):1-9:tag:1", "\(a):1-9", ""),
    // Written on the replica.
    ("\(a):1-10,\(b):1-2", "\(a):1-9,\(b):1", "\(b):2"), ("\(a):1,\(b):t:7", "\(a):1,\(b):7", "\(b):t:7"),
    ("\(b):1", "", "\(b):1"),
  ])
  func findsErrantTransactions(replica: String, primary: String, errant: String) throws {
    let source = try #require(SourceUUID(a))
    let found = try set(replica).errant(comparedTo: try set(primary), primaryUUID: source)
    #expect(found.description == errant)
  }

  @Test(arguments: [
    ("", ""), ("\(a):1-1234", "\(a):1-1234"),
    ("\(a):1-1234,\(b):1-7", "2174b383…:1-7,3e11fa47…:1-1234"),
    ("\(a):1-1234:tag:1,\(b):1-7", "2174b383…:1-7,3e11fa47…:1-1234:tag:1"),
    (
      "\(a):1-12345678:12345680-22345678,\(b):1-12345678:12345680",
      "3e11fa47…:1-12345678:12345680-22345678 and 1 more source"
    ),
    (
      "\(a):1-3:5-7:9-11:13-15:17-19:21-23:25-27:29-31:33",
      "3e11fa47…:1-3:5-7:9-11:13-15:17-19:21-23:25-27:29-31:33"
    ),
    (
      "\(a):1-3:5-7:9-11:13-15:17-19:21-23:25-27:29-31:33-39:1001-1002:x:7",
      "3e11fa47…: 34 transactions up to 1002"
    ),
  ])
  func isShortForPeople(text: String, short: String) throws {
    #expect(try set(text).short == short)
  }

  @Test func isShortWhateverItHolds() throws {
    var random = Random(seed: 3)
    for _ in 0..<200 {
      var text = ""
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        text += text.isEmpty ? "" : ","
        text += "\(SourceUUID(bits: .random(in: .min ... .max, using: &random)))"
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          let shift = Int.random(in: 0...62, using: &random)
          text += ":\(UInt64.random(in: 1...largest, using: &random) >> shift | 1)"
        }
      }
      let short = try set(text).short
      #expect(short.count <= 80 && !short.isEmpty, "\(text)")
    }
  }

  /// An operation that looks at every range of the one for every range of the other would take minutes.
  @Test(.timeLimit(.minutes(1))) func isFastWithManySourcesAndRanges() throws {
    func many(_ shift: UInt64) throws -> GTIDSet {
      let numbers = (1...500 as ClosedRange<UInt64>).map { ":\($0 * 4 + shift)-\($0 * 4 + shift + 1)" }
        .joined()
      return try set((1...200).map { "\(SourceUUID(bits: UInt128($0)))" + numbers }.joined(separator: ","))
    }
    let (one, two) = (try many(0), try many(1))
    #expect(one.transactionCount == 200_000)
    #expect(one.intersection(two).transactionCount == 100_000)
    #expect(one.union(two).transactionCount == 300_000)
    #expect(one.standing(against: two) == .diverged)
    #expect(one.short == "00000000…: 1000 transactions up to 2001 and 199 more sources")
  }
}
