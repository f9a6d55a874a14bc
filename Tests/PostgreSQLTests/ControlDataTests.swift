import PostgreSQLFacts
import Testing

@Suite struct ControlDataTests {
  @Test func readsAStandby() throws {
    let control = try #require(ControlData(ControlDataSample.standby))
    #expect(control.state == .inArchiveRecovery)
    #expect(control.systemIdentifier == 7_711_470_668_467_892_885)
    #expect(control.checkpointTimeline.number == 1)
    #expect(control.redo.description == "0/2000028")
    #expect(control.checkpoint.description == "0/2000060")
    #expect(control.minimumRecovery?.description == "0/2000100")
    #expect(control.minimumRecoveryTimeline?.number == 1)
  }

  @Test func aPrimaryHasNoMinimumRecovery() {
    let text = ControlDataSample.text(.inProduction).replacing("0/2000100", with: "0/0")
      .replacing("Min recovery ending loc's timeline:   1", with: "Min recovery ending loc's timeline:   0")
    let control = ControlData(text)
    #expect(control?.state == .inProduction)
    #expect(control?.minimumRecovery == nil)
    #expect(control?.minimumRecoveryTimeline == nil)
  }

  @Test(arguments: ControlData.State.allCases)
  func readsEveryState(state: ControlData.State) {
    #expect(ControlData(ControlDataSample.text(state))?.state == state)
  }

  @Test func refusesAStateItDoesNotKnow() {
    let text = ControlDataSample.standby.replacing("in archive recovery", with: "unrecognized status code")
    #expect(ControlData(text) == nil)
  }

  /// PostgreSQL 15 exits with 0 and warns on standard output; later ones warn on standard error.
  @Test(arguments: [
    "WARNING: Calculated CRC checksum does not match value stored in file.\n",
    "WARNING: invalid WAL segment size\n",
    "pg_controldata: warning: calculated CRC checksum does not match value stored in control file\n",
    "pg_controldata: warning: invalid WAL segment size in control file (0 bytes)\n",
  ])
  func refusesWhatTheToolWarnedOf(warning: String) {
    #expect(ControlData(warning + ControlDataSample.standby) == nil)
    #expect(ControlData(ControlDataSample.standby + warning) == nil)
  }

  @Test(arguments: [
    "Database system identifier", "Database cluster state", "Latest checkpoint location",
    "Latest checkpoint's REDO location", "Latest checkpoint's TimeLineID",
  ])
  func refusesWithoutAField(name: String) {
    #expect(ControlData(ControlDataSample.standby.replacing(name, with: "Something else")) == nil)
  }

  @Test func refusesGarbage() {
    for text in ["", ":", ":::\n::", "Database cluster state: in production", "\u{0}\u{FF}"] {
      #expect(ControlData(text) == nil)
    }
    var random = Random(seed: 3)
    for _ in 0..<200 {
      var bytes = Array(ControlDataSample.standby.utf8)
      let cut = Int(random.next() % UInt64(bytes.count))
      bytes[cut] = UInt8(truncatingIfNeeded: random.next())
      // Whatever it makes of this, it must end; and a file that was cut off before the last field is refused.
      _ = ControlData(String(decoding: bytes, as: UTF8.self))
      if cut < 200 { #expect(ControlData(String(decoding: bytes.prefix(cut), as: UTF8.self)) == nil) }
    }
  }
}
