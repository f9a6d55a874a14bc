import MySQLFacts
import Testing

/// The sources of the tests; the manual's first example is `a`.
private let a = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
private let b = "2174b383-5441-11e8-b90a-c80aa9429562"

@Suite struct GTIDSetTextTests {
  /// Right: what a MySQL 9.7 server prints for `GTID_SUBTRACT(left, '')`, on one line.
  @Test(arguments: [
    ("", ""), (" \n", ""), (",", ""), (" , ,", ""),
    // The manual, "GTID Sets".
    ("3E11FA47-71CA-11E1-9E33-C80AA9429562:23", "\(a):23"), ("\(a):1-5", "\(a):1-5"),
    ("3E11FA47-71CA-11E1-9E33-C80AA9429562:1-3:11:47-49", "\(a):1-3:11:47-49"),
    (
      "2174B383-5441-11E8-B90A-C80AA9429562:1-3, 24DA1670-0C0C-11E8-8442-00059A3C7B00:1-19",
      "\(b):1-3,24da1670-0c0c-11e8-8442-00059a3c7b00:1-19"
    ),
    ("\(a):Domain_1:1-3:15-21", "\(a):domain_1:1-3:15-21"),
    ("\(a):8-52:Domain_1:8-10", "\(a):8-52:domain_1:8-10"),
    ("\(a):1-3:15-21, \(a):Domain_1:8-52", "\(a):1-3:15-21:domain_1:8-52"),
    // Order, overlaps, neighbours.
    ("\(a):5:1-3", "\(a):1-3:5"), ("\(a):1-3:2-6:4", "\(a):1-6"), ("\(a):1-3:4", "\(a):1-4"),
    ("\(a):1-3,\(b):7,\(a):4-5", "\(b):7,\(a):1-5"), ("\(a):1-9:2-3:4", "\(a):1-9"),
    // As gtid_executed has it, and worse.
    ("\(b):7,\n\(a):1-5", "\(b):7,\(a):1-5"), (" \(a) : 1 - 3 : 5 \t\r\n", "\(a):1-3:5"),
    ("\(a):1-3:5,", "\(a):1-3:5"), (",,\(a):1,,\(b):1", "\(b):1,\(a):1"), ("\(a):01-03", "\(a):1-3"),
    ("\(a):00000000000000000000000000000000000000001", "\(a):1"),
    ("\(a):1-9223372036854775806", "\(a):1-9223372036854775806"),
    ("\(a):9223372036854775806:9223372036854775805", "\(a):9223372036854775805-9223372036854775806"),
    // Tags.
    ("\(a):TAG:1-3:Foo:5,\(a):bar:1", "\(a):bar:1:foo:5:tag:1-3"),
    ("\(a):bar:1-3:bar:4:_x:5:1", "\(a):_x:1:5:bar:1-4"), ("\(a):foo:1,\(a):3", "\(a):3:foo:1"),
    ("\(a): foo :1:2-3:5", "\(a):foo:1-3:5"), ("\(a):1-13:bar:1:foo:1-2", "\(a):1-13:bar:1:foo:1-2"),
    ("\(a):ab:1:a:1:a1:1:a_:1:_:1", "\(a):_:1:a:1:a1:1:a_:1:ab:1"),
    ("\(a):a234567890123456789012345678901Z:1", "\(a):a234567890123456789012345678901z:1"),
  ])
  func readsAndWritesAsTheServerDoes(text: String, canonical: String) throws {
    let set = try #require(GTIDSet(text))
    #expect(set.description == canonical)
    #expect(GTIDSet(canonical) == set)
  }

  @Test(arguments: [
    // What the server refuses.
    "x", "\(a):", "\(a):0", "\(a):0-3", "\(a):1-", "\(a):-3", "\(a):1:", "\(a)::1", "\(a):1--3", "\(a):1-3-5",
    "\(a):1 2", "\(a):1 \(b):1", "\(a):1\n\(b):1", "\(a):1.5", "\(a):+1", "\(a):0x10", "\(a):1;\(b):1",
    "\(a),:1", "\(a)-:1", "{\(a):1",
    "\(a)}:1",
    "\(a):1-9223372036854775807", "\(a):9223372036854775807", "\(a):18446744073709551616", "\(a):1\u{0}",
    "\(a):1\u{a0}", "\(a):1a:1", "\(a):a-b:1", "\(a):a234567890123456789012345678901Zx:1", "\(a):f\u{f6}:1",
    "\(a):*", "3e11fa47-71ca-11e1-9e33-c80aa942956:1", "3e11fa47-71ca-11e1-9e33-c80aa9429562f:1",
    "3e11fa4-771ca-11e1-9e33-c80aa9429562:1", "g\(a.dropFirst()):1", "\(a):1-99999999999999999999999999",
    // 2^65 + 9.
    "\(a):36893488147419103241", "\(a):\u{661}", "\(a):a2345678901234567890123456789012345",
    // What it takes for nothing.
    a, "\(a):5-3", "\(a):1-0", "\(a):foo", "\(a):1:foo", "\(a):foo:bar:1", "\(a):1,\(b)",
  ])
  func refusesEverythingElse(text: String) {
    #expect(GTIDSet(text) == nil)
  }

  @Test func sourcesAreOneInEitherCase() throws {
    let source = try #require(SourceUUID(a))
    #expect(SourceUUID(a.uppercased()) == source)
    #expect(source.description == a)
    #expect(SourceUUID("00000000-0000-0000-0000-000000000001")?.bits == 1)
    #expect(SourceUUID(bits: 1).description == "00000000-0000-0000-0000-000000000001")
    #expect(SourceUUID(bits: .max).description == "ffffffff-ffff-ffff-ffff-ffffffffffff")
    for text in ["", " \(a)", "\(a) ", "\(a):1", "{\(a)}", String(a.dropLast()), a.filter { $0 != "-" }] {
      #expect(SourceUUID(text) == nil, "\(text)")
    }
  }

  private static func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  /// 1 MiB of each, and what they mean.
  private static let hostile: [(text: String, canonical: String?)] = [
    (a + many(":1", 1 << 19), "\(a):1"),
    (a + many(":1-9223372036854775806", 1 << 15), "\(a):1-9223372036854775806"),
    (many(",", 1 << 20), ""), (many(" ", 1 << 20), ""),
    ("\(a):" + many("0", 1 << 20) + "7", "\(a):7"), ("\(a):" + many("9", 1 << 20), nil),
    ("\(a):" + many("x", 1 << 20), nil), (many("\(a):", 1 << 15), nil),
    (many("\(a):a:1:b:1,", 1 << 14), "\(a):a:1:b:1"), (a + many(":b:2:a:1", 1 << 17), "\(a):a:1:b:2"),
  ]

  /// What takes more than linear time would take minutes.
  @Test(.timeLimit(.minutes(1)), arguments: 0..<10) func isNotHeldUpByHostileText(index: Int) throws {
    let (text, canonical) = try #require(Self.hostile.dropFirst(index).first)
    #expect(GTIDSet(text)?.description == canonical)
  }

  @Test(.timeLimit(.minutes(1))) func isNotHeldUpByMuchThatIsDescending() throws {
    let numbers = (1...100_000).reversed().map { ":\($0 * 2)" }.joined()
    let set = try #require(GTIDSet(a + numbers))
    #expect(set.transactionCount == 100_000)
    let sources = (1...20_000).map { "\(SourceUUID(bits: UInt128($0))):1" }
    let wide = try #require(GTIDSet(sources.joined(separator: ",")))
    #expect(wide.sources.count == 20_000)
    #expect(wide.short == "00000000…:1 and 19999 more sources")
  }
}
