import PostgreSQLFacts
import Testing

@Suite struct WALSegmentsTests {
  private func end(_ names: [String], from place: String, size: UInt64 = 16 << 20, timeline: UInt32 = 1)
    throws -> String?
  {
    let timeline = try #require(Timeline(timeline))
    let segments = try #require(WALSegments(names: names, timeline: timeline, size: size))
    return segments.end(from: try #require(LSN(place)))?.description
  }

  @Test func filesThatFollowOneAnotherEndTogether() throws {
    let names = [
      "000000010000000000000004", "000000010000000000000005", "000000010000000000000007", "archive_status",
    ]
    var found = try end(names, from: "0/4000060")
    #expect(found == "0/6000000")
    found = try end(names, from: "0/7000000")
    #expect(found == "0/8000000")
    for place in ["0/3FFFFFF", "0/6000000", "1/4000000"] {
      found = try end(names, from: place)
      #expect(found == nil, "\(place)")
    }
  }

  @Test func theLastFileOfALogIsFollowedByTheFirstOfTheNext() throws {
    var found = try end(["0000000100000000000000FF", "000000010000000100000000"], from: "0/FF000000")
    #expect(found == "1/1000000")
    found = try end(
      ["000000010000000000000003", "000000010000000100000000"], from: "0/C0000000", size: 1 << 30)
    #expect(found == "1/40000000")
  }

  @Test func otherTimelinesAndOtherFilesDoNotCount() throws {
    let names = [
      "000000020000000000000004", "000000010000000000000004.partial", "00000001.history",
      "000000010000000000000004.00000028.backup", "00000001000000000000000G",
      "00000001000000000000000000000004", "",
    ]
    var found = try end(names, from: "0/4000000")
    #expect(found == nil)
    found = try end(names, from: "0/4000000", timeline: 2)
    #expect(found == "0/5000000")
  }

  @Test func theLastFileOfAllEndsTheLog() throws {
    let found = try end(["00000001FFFFFFFF000000FF"], from: "FFFFFFFF/FF000000")
    #expect(found == "FFFFFFFF/FFFFFFFF")
  }

  @Test func aSizeThatInitdbDoesNotMakeIsRefused() throws {
    let timeline = try #require(Timeline(1 as UInt32))
    for size in [0, 1, 1 << 19, 3 << 20, 1 << 31, UInt64.max] {
      #expect(WALSegments(names: [], timeline: timeline, size: size) == nil, "\(size)")
    }
    #expect(WALSegments(names: [], timeline: timeline, size: 1 << 20)?.size == 1 << 20)
  }
}
