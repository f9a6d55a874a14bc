import PostgreSQLFacts
import Testing

@Suite struct LSNTests {
  @Test(
    arguments: [
      ("0/0", 0), ("16/B374D848", 0x16_B374_D848), ("FFFFFFFF/FFFFFFFF", UInt64.max),
      ("0/3000000", 0x300_0000),
      // PostgreSQL 19 pads the second half.
      ("0/03000060", 0x300_0060), ("a/b", 0xA_0000_000B),
    ] as [(String, UInt64)])
  func readsWhatPostgreSQLWrites(text: String, bytes: UInt64) {
    #expect(LSN(text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", "/", "0", "0/", "/0", "0/0/0", "0/G", "100000000/0", "0/100000000", "+1/0", "0/+1", "-0/0", "0/-0",
    " 0/0",
    "0/0 ", "0x1/0", "0\\0", "0/0\n",
  ])
  func refusesEverythingElse(text: String) {
    #expect(LSN(text) == nil)
  }

  @Test func writesWhatItReads() {
    var random = Random(seed: 1)
    for _ in 0..<1000 {
      // Of every magnitude, not only of the largest.
      let lsn = LSN(random.next() >> (random.next() % 64))
      #expect(LSN(lsn.description) == lsn)
    }
    #expect(LSN(0x16_B374_D848).description == "16/B374D848")
    #expect(LSN(0x1_0000_0000).description == "1/0")
  }

  @Test func distanceIsNeverNegative() {
    #expect(LSN(5).distance(after: LSN(3)) == 2)
    #expect(LSN(3).distance(after: LSN(5)) == 0)
    #expect(LSN(UInt64.max).distance(after: LSN(0)) == UInt64.max)
    #expect(LSN(3) < LSN(5))
  }

  @Test func readsTimelines() {
    #expect(Timeline("1")?.number == 1)
    #expect(Timeline("4294967295")?.number == UInt32.max)
    for text in ["0", "", "-1", "+1", "1a", "4294967296", " 1"] { #expect(Timeline(text) == nil, "\(text)") }
    #expect(Timeline(0 as UInt32) == nil)
  }

  @Test func namesTheHistoryFile() {
    #expect(Timeline(1 as UInt32)?.historyFileName == "00000001.history")
    #expect(Timeline(0xAB_CDEF as UInt32)?.historyFileName == "00ABCDEF.history")
    #expect(Timeline(UInt32.max)?.historyFileName == "FFFFFFFF.history")
  }
}

/// xorshift64*: the same sequence on every run, so that a failure can be repeated.
struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
