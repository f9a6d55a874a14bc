import PostgreSQLFacts
import Testing

@Suite struct WALBeginningTests {
  private func beginning(_ header: [UInt8], _ record: UInt8, then rest: UInt8 = 7, at place: UInt64) throws
    -> WALBeginning
  {
    let record = [UInt8](repeating: record, count: 42)
    let bytes = header + record + [UInt8](repeating: rest, count: 40)
    return try #require(
      WALBeginning(Array(bytes.prefix(WALBeginning.length(at: LSN(place)))), at: LSN(place)))
  }

  @Test func theRecordAloneTells() throws {
    let one = try beginning([], 1, at: 0x300_0028)
    #expect(try one == beginning([], 1, then: 8, at: 0x300_0028))
    #expect(try one != beginning([], 2, at: 0x300_0028))
  }

  /// The header of a page, and the longer one of a file's first, come before it.
  @Test(arguments: [(0x300_2000 as UInt64, 24, 0 as UInt8), (0x300_0000, 40, 2)])
  func skipsTheHeaderOfAPage(place: UInt64, length: Int, info: UInt8) throws {
    func header(_ rest: UInt8) -> [UInt8] {
      [0x10, 0xD1, info, 0] + [UInt8](repeating: rest, count: length - 4)
    }
    let one = try beginning(header(1), 5, at: place)
    #expect(try one == beginning(header(2), 5, at: place))
    #expect(try one == beginning([], 5, at: 0x300_0028))
    #expect(try one != beginning(header(1), 6, at: place))
  }

  @Test func tooLittleTellsNothing() {
    #expect(WALBeginning([UInt8](repeating: 0, count: 41), at: LSN(0x300_0028)) == nil)
    #expect(WALBeginning([], at: LSN(0x300_2000)) == nil)
  }

  @Test func isWrittenInEightDigits() throws {
    let one = try beginning([], 1, at: 0x300_0028)
    #expect(one.description.count == 8)
    #expect(WALBeginning(one.description) == one)
    #expect(WALBeginning("1234567") == nil)
    #expect(WALBeginning("1234567x") == nil)
  }
}
