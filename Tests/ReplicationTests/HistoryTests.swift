import Host
import ReplicationActions
import TestSupport
import Testing

@Suite struct HistoryTests {
  @Test func linesAreAddedAndNothingElseChanges() throws {
    let scratch = try Scratch()
    let directory = StateDirectory(instance: "db", root: scratch.file("state"))
    let history = History(directory)
    try history.note("rejoin", "started: diverged\nat\t0/3000000", at: 1_800_000_000)
    try history.note("rejoin", "finished", at: 1_800_000_060)
    let text = try Files.readText(scratch.file("state/db/history"))
    let lines = text.split(separator: "\n").map(String.init)
    #expect(
      lines.map { $0.drop { $0 != " " } } == [" rejoin started: diverged at 0/3000000", " rejoin finished"])
    #expect(lines.allSatisfy { $0.hasPrefix("2027-01-15T") && $0.prefix { $0 != " " }.count == 24 })
    #expect(text.hasSuffix("\n"))
    #expect(try Files.status(of: history.path).mode == 0o600)
    #expect(try Files.status(of: directory.path).mode == 0o700)
  }

  @Test func aLinkInItsPlaceIsRefused() throws {
    let scratch = try Scratch()
    let history = History(StateDirectory(instance: "db", root: scratch.path))
    try history.note("promoted", "once")
    try Files.remove(history.path)
    _ = try Command("/bin/ln", ["-s", scratch.file("elsewhere"), history.path]).run(until: soon())
    #expect(throws: HostError.self) { try history.note("promoted", "twice") }
    #expect(!Files.exists(scratch.file("elsewhere")))
  }
}
