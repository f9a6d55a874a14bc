import PostgreSQLFacts
import Testing

@Suite struct ForkTests {
  private func position(_ text: String) -> WALPosition {
    WALPosition(text) ?? WALPosition(timeline: one, lsn: LSN(0))
  }

  private var one: Timeline { Timeline(UInt32(1)) ?? { fatalError("no timeline 1") }() }

  @Test(arguments: [
    // The primary left timeline 1 before this one's end; the other way round; the same timeline, one further.
    ("1:0/5000148", "2:0/6000000,1@0/5000000", "1 0/5000000"),
    ("2:0/6000000,1@0/5000000", "1:0/5000148", "1 0/5000000"),
    ("1:0/5000148", "1:0/5000100", "1 0/5000100"),
    // Both were promoted, from different places, and took the same number.
    ("2:0/6000000,1@0/5000000", "2:0/7000000,1@0/4000000", "1 0/4000000"),
    ("3:0/9000000,1@0/3000000,2@0/8000000", "4:0/A000000,1@0/3000000,2@0/7000000", "2 0/7000000"),
    ("3:0/9000000,1@0/3000000,2@0/8000000", "2:0/A000000,1@0/3000000", "2 0/8000000"),
    ("2:0/9000000", "1:0/A000000", "none"),
  ])
  func isTheLastPlaceThatBothHave(own: String, other: String, fork: String) {
    let found = position(own).fork(with: position(other))
    #expect(found.map { "\($0.timeline) \($0.at)" } ?? "none" == fork)
  }

  @Test func whatComesAfterItIsCountedOnEveryTimeline() throws {
    let own = position("3:0/9000000,1@0/3000000,2@0/8000000")
    let fork = try #require(own.fork(with: position("4:0/A000000,1@0/3000000,2@0/7000000")))
    #expect(
      own.stretches(after: fork).map { "\($0.timeline) \($0.from) \($0.to)" } == [
        "2 0/7000000 0/8000000", "3 0/8000000 0/9000000",
      ])
    #expect(own.bytes(after: fork) == 0x2000000)
  }

  @Test func onlyItsFilesAreTaken() throws {
    let own = position("2:0/5000148,1@0/3000028")
    let fork = try #require(own.fork(with: position("3:0/6000000,1@0/3000028,2@0/4000060")))
    let names = [
      "000000010000000000000003", "000000010000000000000003.partial", "000000020000000000000003",
      "000000020000000000000004", "000000020000000000000005", "000000020000000000000006", "00000002.history",
      "00000003.history", "000000020000000000000004.00000028.backup", "archive_status",
      "000000020000000100000004",
    ]
    #expect(
      WALSegments.abandoned(names, by: own, after: fork, size: 16 << 20) == [
        "000000020000000000000004", "000000020000000000000005", "00000002.history",
      ])
    #expect(WALSegments.abandoned(names, by: own, after: fork, size: 0) == [])
  }
}

@Suite struct CommitRecordTests {
  @Test func readsWhatPgWaldumpPrints() throws {
    let plain =
      "rmgr: Transaction len (rec/tot):     34/    34, tx:        735, lsn: 0/0152A2B8, prev 0/0152A280, desc: COMMIT 2026-11-25 22:00:00.123456 UTC"
    let one = try #require(CommitRecord(plain))
    #expect(one.transaction == "735" && one.time == "2026-11-25 22:00:00.123456 UTC")
    #expect(one.lsn == LSN("0/152A2B8"))
    #expect(CommitRecord(plain + "; inval msgs: catcache 51 catcache 50; subxacts: 736") == one)
  }

  @Test func aPreparedTransactionHasItsOwnNumber() throws {
    let line =
      "rmgr: Transaction len (rec/tot):     54/    54, tx:          0, lsn: 0/0152A2B8, prev 0/0152A280, desc: COMMIT_PREPARED 735: 2026-11-25 22:00:00.123456 UTC"
    let one = try #require(CommitRecord(line))
    #expect(one.transaction == "735" && one.time == "2026-11-25 22:00:00.123456 UTC")
  }

  @Test(arguments: [
    "",
    "rmgr: Transaction len (rec/tot): 34/34, tx: 735, lsn: 0/152A2B8, prev 0/152A280, desc: ABORT 2026-11-25 22:00:00 UTC",
    "rmgr: Heap len (rec/tot): 34/34, tx: 735, lsn: 0/152A2B8, prev 0/152A280, desc: COMMIT 2026",
    "rmgr: Transaction desc: COMMIT 2026", "pg_waldump: error: could not find file",
  ])
  func everythingElseIsNoCommit(line: String) {
    #expect(CommitRecord(line) == nil)
  }
}

@Suite struct ReportTests {
  @Test func saysWhatHowMuchWhenAndHowToReadIt() throws {
    let own = try #require(WALPosition("1:0/5000148"))
    let other = try #require(WALPosition("2:0/6000000,1@0/5000000"))
    var wal = AbandonedWAL(own: own, other: other, fork: try #require(own.fork(with: other)))
    #expect(wal.summary == "328 bytes of WAL after 0/5000000 on timeline 1, 0 commits")
    wal.node = "n1"
    wal.primary = "n2"
    wal.commits = [
      "rmgr: Transaction len (rec/tot): 34/34, tx: 7, lsn: 0/5000010, prev 0/0, desc: COMMIT 2026-11-25 22:00:01 UTC",
      "rmgr: Transaction len (rec/tot): 34/34, tx: 8, lsn: 0/5000050, prev 0/0, desc: COMMIT 2026-11-25 22:00:02 UTC",
    ].compactMap { CommitRecord($0) }
    #expect(
      wal.summary
        == "328 bytes of WAL after 0/5000000 on timeline 1, 2 commits from 2026-11-25 22:00:01 UTC to 2026-11-25 22:00:02 UTC"
    )
    let report = wal.report(bindir: "/bin", directory: "/kept")
    for line in [
      "both have:       up to 0/5000000 on timeline 1", "abandoned:       328 bytes of WAL, 2 commits",
      "committed:       2026-11-25 22:00:01 UTC to 2026-11-25 22:00:02 UTC",
      "  /bin/pg_waldump --path=/kept/wal --timeline=1 --start=0/5000000 --end=0/5000148",
      "  8  2026-11-25 22:00:02 UTC  0/5000050",
    ] { #expect(report.contains("\n\(line)\n"), "\(line)") }
    wal.isListWhole = false
    #expect(wal.summary.contains(", at least 2 commits from"))
  }
}

@Suite struct RewindOutputTests {
  @Test(arguments: [
    ("  1024/61440 kB (1%) copied\n 30720/61440 kB (50%) copied\n", 50), ("(100%), 1/1 tablespace", 100),
    ("waiting for checkpoint", nil), ("(x%)", nil), ("(%)", nil), ("(5)", nil), ("", nil),
    ("99999999999999999999999999(999999999999999999999%)", nil),
  ])
  func theLastPercentageCounts(text: String, percent: Int?) {
    #expect(RewindOutput.percent(Array(text.utf8)) == percent)
  }

  @Test func whatIsToBeCopied() {
    let text = "pg_rewind: need to copy 60 MB (total source directory size is 83 MB)\n"
    #expect(RewindOutput.mebibytesToCopy(text) == 60)
    #expect(RewindOutput.mebibytesToCopy("pg_rewind: no rewind required") == nil)
  }

  @Test func needsHintsOrChecksums() {
    func data(_ hints: String, _ checksums: String) -> String {
      "wal_log_hints setting:                \(hints)\nData page checksum version:           \(checksums)\n"
    }
    #expect(RewindOutput.obstacle(controlData: data("on", "0")) == nil)
    #expect(RewindOutput.obstacle(controlData: data("off", "1")) == nil)
    #expect(RewindOutput.obstacle(controlData: data("off", "0")) != nil)
    #expect(RewindOutput.obstacle(controlData: "") != nil)
  }

  @Test func theTellingLineIsFound() {
    let text =
      "pg_rewind: servers diverged at WAL location 0/5000000\npg_rewind: error: could not open file \"x\"\npg_rewind: hint\n"
    #expect(RewindOutput.lastWords(text) == "pg_rewind: error: could not open file \"x\"")
    #expect(RewindOutput.lastWords("\n  \n") == "it said nothing")
  }
}
