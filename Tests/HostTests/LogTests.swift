import Glibc
import TestSupport
import Testing

@testable import Host

/// What a logger at /dev/log would get.
private final class Logger {
  let path: String
  private let socket: Int32

  init(_ path: String) {
    self.path = path
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  deinit { close(socket) }

  func next() -> String? {
    var bytes = [UInt8](repeating: 0, count: 9000)
    let count = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}

@Suite struct LogTests {
  // 2026-11-03 08:05:09 UTC
  private let moment: Int64 = 1_793_693_109

  init() {
    setenv("TZ", "UTC0", 1)
    tzset()
  }

  @Test func aLineOfTheFile() {
    #expect(
      LogLine.file(tag: "martlet(postgresql:db)[7]", text: "INFO: hello", at: moment)
        == "Nov 03 08:05:09  martlet(postgresql:db)[7]:    INFO: hello\n")
  }

  @Test func aLineOnStandardError() {
    #expect(LogLine.standardError(text: "ERROR: no", at: moment) == "Nov 03 08:05:09 ERROR: no\n")
  }

  @Test func aDatagramForSyslog() {
    let bytes = LogLine.datagram(
      facility: 3, level: .warning, tag: "martlet(x)[7]", text: "WARNING: no", at: moment)
    #expect(String(decoding: bytes, as: UTF8.self) == "<28>Nov  3 08:05:09 martlet(x)[7]: WARNING: no")
  }

  @Test(arguments: [("daemon", 3), ("local0", 16), ("local7", 23), ("local8", 3), ("", 3), ("auth", 4)])
  func facilities(name: String, number: Int32) {
    #expect(LogLine.facility(name) == number)
  }

  @Test func controlCharactersBecomeSpaces() {
    #expect(LogLine.harmless("a\nb\r\nc\u{1B}[31md\u{9B}e\0f\u{2028}g\té") == "a b  c [31md e f g é")
  }

  @Test func longMessagesAreCut() {
    let text = LogLine.harmless(String(repeating: "x", count: 10_000))
    #expect(text.unicodeScalars.count == 4001)
    #expect(text.hasSuffix("x…"))
  }

  @Test func aQuotedExitReasonDoesNotCount() {
    #expect(LogLine.withoutExitReason("a ocf-exit-reason:fake b") == "a ocf-exit-reason fake b")
  }

  @Test func syslogAndFileGetTheLine() throws {
    let scratch = try Scratch()
    let logger = Logger(scratch.file("socket"))
    let log = Log(
      agent: "postgresql", instance: "db",
      environment: ["HA_LOGFILE": scratch.file("ha.log"), "HA_LOGFACILITY": "local3"],
      isInteractive: false, syslogSocket: logger.path)
    log(.error, "two\nlines")
    log(.debug, "not wanted")
    let datagram = try #require(logger.next())
    #expect(datagram.hasPrefix("<155>"))
    #expect(datagram.hasSuffix(" martlet(postgresql:db)[\(getpid())]: ERROR: two lines"))
    #expect(logger.next() == nil)
    let file = try Files.readText(scratch.file("ha.log"))
    #expect(file.hasSuffix("  martlet(postgresql:db)[\(getpid())]:    ERROR: two lines\n"))
    #expect(file.split(separator: "\n").count == 1)
  }

  @Test func noneMeansNoSyslog() throws {
    let scratch = try Scratch()
    let logger = Logger(scratch.file("socket"))
    let log = Log(
      agent: "postgresql", instance: "db",
      environment: ["HA_LOGFILE": scratch.file("ha.log"), "HA_LOGFACILITY": "none"],
      isInteractive: false, syslogSocket: logger.path)
    log(.info, "x")
    #expect(logger.next() == nil)
    #expect(try Files.readText(scratch.file("ha.log")).hasSuffix("INFO: x\n"))
  }

  @Test func debugLinesGoToTheDebugLogOnly() throws {
    let scratch = try Scratch()
    let environment = [
      "HA_LOGFILE": scratch.file("ha.log"), "HA_DEBUGLOG": scratch.file("debug.log"), "HA_debug": "1",
      "HA_LOGFACILITY": "none",
    ]
    let log = Log(agent: "postgresql", instance: "", environment: environment, isInteractive: false)
    log(.debug, "detail")
    log(.info, "news")
    #expect(try Files.readText(scratch.file("ha.log")).split(separator: "\n").count == 1)
    let debug = try Files.readText(scratch.file("debug.log")).split(separator: "\n")
    #expect(debug.count == 2)
    #expect(debug.first?.hasSuffix(" martlet(postgresql)[\(getpid())]:    DEBUG: detail") == true)
  }

  @Test func aLoggerThatDoesNotReadIsNotWaitedFor() throws {
    let scratch = try Scratch()
    let logger = Logger(scratch.file("socket"))
    let log = Log(
      agent: "postgresql", instance: "db", environment: ["HA_LOGFILE": "/dev/null"], isInteractive: false,
      syslogSocket: logger.path)
    let start = ContinuousClock.now
    // More than net.unix.max_dgram_qlen.
    for number in 0..<30 { log(.info, "\(number)") }
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(logger.next() != nil)
  }

  @Test func standardErrorIsTheLastResort() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      let log = Log(
        agent: "postgresql", instance: "db", environment: [:], isInteractive: false, syslogSocket: "/nowhere")
      log(.warning, "x\nocf-exit-reason:y")
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains(" WARNING: x ocf-exit-reason y\n"))
  }

  @Test func someoneAtATerminalSeesIt() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      let log = Log(
        agent: "postgresql", instance: "db", environment: ["HA_LOGFILE": "/nowhere/x"], isInteractive: true)
      log(.info, "hello")
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("martlet(postgresql:db)["))
    #expect(text.contains("]: INFO: hello\n"))
  }
}
