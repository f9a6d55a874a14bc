import Glibc
import MySQLFacts
import Replication
import Testing

/// Judges the types by what real servers said: Tests/GTIDAgreement/run asks them, and names the file with the answers.
@Suite struct GTIDAgreementTests {
  private static let file: String? = getenv("MARTLET_GTID_ANSWERS").map { String(cString: $0) }

  @Test(.enabled(if: file != nil, "needs real servers: Tests/GTIDAgreement/run"))
  func agreesWithRealServers() throws {
    let records = try read(try #require(Self.file)).split(separator: "\u{1E}")
    for record in records {
      var fields = record.split(separator: "\u{1F}", omittingEmptySubsequences: false).makeIterator()
      func next() throws -> String {
        let field = fields.next()
        return String(try #require(field))
      }
      switch try next() {
      case "set":
        try judgeSet(text: try next(), canonical: try next(), isRequired: try next() == "must")
      case "pair":
        let (one, other) = (try set(try next()), try set(try next()))
        let isSubset = try next() == "1"
        #expect(one.isSubset(of: other) == isSubset, "\(one) \(other)")
        #expect([.behind, .equal].contains(one.standing(against: other)) == isSubset, "\(one) \(other)")
        #expect(one.subtracting(other).description == (try next()), "\(one) \(other)")
        #expect(one.union(other).description == (try next()), "\(one) \(other)")
        #expect(one.intersection(other).description == (try next()), "\(one) \(other)")
      case "history":
        let text = try next()
        let history = try #require(MariaDBHistory(text), "\(text)")
        #expect(history.description == (try next()), "\(text)")
        #expect(MariaDBHistory(history.heads).description == (try next()), "\(text)")
      case "follows":
        let history = try #require(MariaDBHistory(try next()))
        let position = try #require(MariaDBHistory(try next()))
        let standing = position.standing(against: history)
        #expect([.behind, .equal].contains(standing) == (try next() == "1"), "\(position) \(history)")
      default: Issue.record("what is this? \(record)")
      }
    }
    print("judged \(records.count) answers")
  }

  /// What is read must mean the same as to the server. Of what it takes, only what `GTIDSet.init` names is refused.
  private func judgeSet(text: String, canonical: String, isRequired: Bool) throws {
    if let set = GTIDSet(text) {
      #expect(set.description == canonical, "\(text)")
    } else {
      #expect(canonical == "refused" || !isRequired, "\(text)")
    }
  }

  private func set(_ text: String) throws -> GTIDSet { try #require(GTIDSet(text), "\(text)") }

  private func read(_ path: String) throws -> String {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
