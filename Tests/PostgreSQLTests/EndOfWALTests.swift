import PostgreSQLFacts
import Testing

@testable import PostgreSQLActions

@Suite struct EndOfWALTests {
  /// What pg_waldump 15 said of WAL that was cut, overwritten with older WAL, or damaged; and of a whole one.
  @Test(arguments: [
    ("error in WAL record at 0/30B29C0: invalid record length at 0/30B2B58: wanted 24, got 0", "0/30B2B58"),
    ("error in WAL record at 0/4000028: invalid record length at 0/4000060: wanted 24, got 0", "0/4000060"),
    // A segment that was used before: what lies after the end is older WAL, or anything at all.
    ("error in WAL record at 0/158C808: record with incorrect prev-link 77/0 at 0/158C830", "0/158C830"),
    (
      "error in WAL record at 0/158C808: incorrect resource manager data checksum in record at 0/158C830",
      "0/158C830"
    ),
    ("error in WAL record at 0/158C808: invalid resource manager ID 99 at 0/158C830", "0/158C830"),
    // The message names a page, not a record: only the beginning of the last record is certain.
    (
      """
      error in WAL record at 0/158C808: unexpected pageaddr 0/1500000 in log segment 000000010000000000000001, \
      offset 5824512
      """, "0/158C808"
    ),
    (
      "error in WAL record at 0/158C808: invalid magic number 0000 in log segment 000000010000000000000001, offset 5824512",
      "0/158C808"
    ),
  ])
  func findsTheEnd(message: String, end: String) {
    #expect(PositionObserver.endOfWAL(dumpErrors: "pg_waldump: error: \(message)\n")?.description == end)
  }

  /// Forms of other versions (PostgreSQL, `src/backend/access/transam/xlogreader.c`).
  @Test(arguments: [
    // 16 and later.
    (
      "error in WAL record at 0/158C808: invalid record length at 0/158C830: expected at least 24, got 0",
      "0/158C830"
    ),
    (
      """
      error in WAL record at 0/158C808: invalid magic number 0000 in WAL segment 000000010000000000000001, \
      LSN 0/158E000, offset 5824512
      """, "0/158C808"
    ),
    (
      """
      error in WAL record at 0/158C808: unexpected pageaddr 7/1500000 in WAL segment 000000010000000000000001, \
      LSN 0/158E000, offset 5824512
      """, "0/158C808"
    ),
    // The beginning of a record whose rest is on a page that never came: it does not count.
    ("error in WAL record at 0/158C808: there is no contrecord flag at 0/158E000", "0/158C808"),
    (
      "error in WAL record at 0/158C808: invalid contrecord length 5000 (expected 4000) at 0/158E000",
      "0/158C808"
    ),
    ("error in WAL record at 0/158C808: missing contrecord at 0/158E000", "0/158C808"),
  ])
  func findsTheEndInOtherVersions(message: String, end: String) {
    #expect(PositionObserver.endOfWAL(dumpErrors: "pg_waldump: error: \(message)\n")?.description == end)
  }

  @Test(arguments: [
    "", "pg_waldump: error: could not find a valid record after 0/30B2B58\n",
    "pg_waldump: error: could not find file \"000000010000000000000006\": No such file or directory\n",
    "pg_waldump: error: error in WAL record at nowhere\n",
    "pg_waldump: first record is after 0/158C800, at 0/158C808, skipping over 8 bytes\n",
  ])
  func saysNothingOfWALThatIsNotThere(text: String) {
    #expect(PositionObserver.endOfWAL(dumpErrors: text) == nil)
  }
}
