import PostgreSQLFacts
import Testing

/// Texts as PostgreSQL 15 wrote them; the format is the same from 10 to 18 (`src/include/utils/pidfile.h`).
@Suite struct PidFileTests {
  private static let primary = """
    13302
    /srv/pgt/d
    1795466681
    5777
    /srv/pgt
    *
     16228983        43
    ready   

    """

  @Test func readsARunningServer() throws {
    let file = try #require(PostmasterPidFile(Self.primary))
    #expect(file.pid == 13302)
    #expect(file.dataDirectory == "/srv/pgt/d")
    #expect(file.startTime == 1_795_466_681)
    #expect(file.port == 5777)
    #expect(file.socketDirectory == "/srv/pgt")
    #expect(file.listenAddress == "localhost")
    #expect(file.status == .ready)
  }

  @Test(arguments: [
    ("starting", PostmasterPidFile.Status.starting), ("stopping", .stopping), ("ready   ", .ready),
    ("standby ", .standby),
  ])
  func readsTheStatus(text: String, status: PostmasterPidFile.Status) {
    let file = PostmasterPidFile(Self.primary.replacing("ready   ", with: text))
    #expect(file?.status == status)
  }

  /// What a process that read the file every 2 ms saw, in this order.
  @Test func readsAFileThatIsBeingWritten() {
    let head = "13302\n/srv/pgt/d\n1795466681\n5777\n"
    let young = PostmasterPidFile(head + "\n")
    #expect(young?.pid == 13302)
    #expect(young?.socketDirectory == nil)
    #expect(young?.listenAddress == nil)
    let withMemory = PostmasterPidFile(head + "\n\n 16228983        43\n")
    #expect(withMemory?.socketDirectory == nil)
    #expect(withMemory?.status == nil)
    let withAddress = PostmasterPidFile(head + "\n*\n 16228983        43\n")
    #expect(withAddress?.listenAddress == "localhost")
    #expect(withAddress?.socketDirectory == nil)
    let starting = PostmasterPidFile(head + "/srv/pgt\n*\n 16228983        43\nstarting\n")
    #expect(starting?.status == .starting)
  }

  @Test func everyBeginningOfAFileIsReadOrRefusedAndNeverWrong() {
    for length in 0..<Self.primary.count {
      guard let file = PostmasterPidFile(String(Self.primary.prefix(length))) else { continue }
      #expect(length > 6)
      #expect(file.pid == 13302)
      #expect([nil, .ready].contains(file.status))
    }
  }

  @Test func readsSingleUserMode() {
    let file = PostmasterPidFile("-16653\n/srv/pgt/d\n1795466702\n5777\n\n\n 16228983        46\n")
    #expect(file?.pid == 16653)
    #expect(file?.status == nil)
  }

  @Test func readsAServerWithoutAnySocketOrAddress() {
    let file = PostmasterPidFile("1956\n/srv/pgt/d3\n1795466958\n5780\n\n\n 16244949     32777\nready   \n")
    #expect(file?.socketDirectory == nil)
    #expect(file?.listenAddress == nil)
    #expect(file?.status == .ready)
  }

  @Test func keepsSpacesInDirectories() {
    let file = PostmasterPidFile("12\n/srv/my  data\n1\n5432\n/run/my  socket\n10.0.0.1\n 1 1\nready   \n")
    #expect(file?.dataDirectory == "/srv/my  data")
    #expect(file?.socketDirectory == "/run/my  socket")
    #expect(file?.listenAddress == "10.0.0.1")
  }

  @Test(arguments: [
    "", "\n", "12\n", "12", "x\n/d\n", "0\n/d\n", "12\nd\n", "99999999999\n/d\n", "-2147483648\n/d\n",
    "12\n\n1\n",
    "12 13\n/d\n",
  ])
  func refusesWhatIsNoPidFile(text: String) {
    #expect(PostmasterPidFile(text) == nil)
  }

  @Test func whatIsNoPortIsNone() {
    for port in ["0", "65536", "-1", "x", ""] {
      #expect(PostmasterPidFile("12\n/d\n1\n\(port)\n")?.port == nil)
    }
  }
}
