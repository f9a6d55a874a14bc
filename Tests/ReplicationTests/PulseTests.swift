import Glibc
import Host
import TestSupport
import Testing

@testable import ReplicationActions

/// A connection whose other end answers when the test says so.
private final class Line: HeldConnection {
  var answers: Bool?
  private(set) var questions = 0

  init(answers: Bool?) { self.answers = answers }

  func ask() -> Bool {
    questions += 1
    return answers != nil
  }

  func hasAnswer() -> Bool? { answers }
}

/// Whether a server is taken to have stopped doing anything.
@Suite struct PulseTests {
  /// A process, and what becomes of calling it, one call after the other; the last holds for all that follow.
  private final class Server {
    let process: ProcessStatus
    var calls: [Call]

    init(_ command: String, _ arguments: [String], _ calls: [Call]) throws {
      let pid = try Command(command, arguments).launch(log: "/dev/null")
      process = try #require(ProcessStatus.of(pid))
      self.calls = calls
    }

    deinit {
      _ = try? Processes.signal(process, SIGKILL)
      waitpid(process.pid, nil, 0)
    }

    func call() -> Call {
      guard let next = calls.first else { return .refused }
      if calls.count > 1 { calls.removeFirst() }
      return next
    }
  }

  private func idle(_ calls: [Call]) throws -> Server {
    let server = try Server("/bin/sleep", ["60"], calls)
    // Until its program has begun to sleep.
    while Activity(of: server.process.pid)?.isBusy != false || !isAsleep(server) {
      pause(.milliseconds(2), until: soon())
    }
    return server
  }

  private func isAsleep(_ server: Server) -> Bool {
    ProcessStatus.of(server.process.pid)?.executable?.hasSuffix("sleep") ?? false
  }

  /// What each of so many looks says.
  private func looks(_ number: Int, _ pulse: inout Pulse, between: Duration = .zero) -> [Bool] {
    (0..<number).map { _ in
      pause(between, until: soon())
      return pulse.look()
    }
  }

  @Test func whoAnswersIsAskedAgain() throws {
    let line = Line(answers: true)
    let server = try idle([.answered(line)])
    var pulse = Pulse(of: server.process) { server.call() }
    #expect(looks(5, &pulse) == [false, false, false, false, false])
    #expect(line.questions == 4)
  }

  /// Two looks without an answer, and one who calls it: told once.
  @Test func whoNeitherAnswersNorLetsAnybodyInStandsStill() throws {
    let line = Line(answers: false)
    let server = try idle([.answered(line), .silent])
    var pulse = Pulse(of: server.process) { server.call() }
    #expect(looks(6, &pulse) == [false, false, false, true, false, false])
    line.answers = true
    #expect(looks(2, &pulse) == [false, false])
    line.answers = false
    #expect(looks(3, &pulse) == [false, true, false])
  }

  @Test func whoNeverLetAnybodyInStandsStillToo() throws {
    let server = try idle([.silent])
    var pulse = Pulse(of: server.process) { server.call() }
    #expect(looks(4, &pulse) == [false, true, false, false])
  }

  @Test func whoLetsSomebodyInDoesNot() throws {
    let other = Line(answers: true)
    let server = try idle([.answered(Line(answers: false)), .answered(other)])
    var pulse = Pulse(of: server.process) { server.call() }
    #expect(!looks(8, &pulse).contains(true))
    #expect(other.questions > 1)
  }

  /// Why it refuses is for a monitor to find out.
  @Test func whoRefusesDoesNot() throws {
    let server = try idle([.answered(Line(answers: false)), .refused])
    var pulse = Pulse(of: server.process) { server.call() }
    #expect(!looks(8, &pulse).contains(true))
  }

  /// It has too much to do, and would answer in the end.
  @Test func whoUsesTheProcessorDoesNot() throws {
    let server = try Server(
      "/bin/sh", ["-c", "while :; do :; done"], [.answered(Line(answers: false)), .silent])
    var pulse = Pulse(of: server.process) { server.call() }
    #expect(!looks(6, &pulse, between: .milliseconds(30)).contains(true))
  }

  /// Neither does one whose child works: every session of PostgreSQL is one.
  @Test func whoseChildWorksDoesNot() throws {
    let script = "(while :; do :; done) & wait"
    let server = try Server("/bin/sh", ["-c", script], [.answered(Line(answers: false)), .silent])
    defer {
      for child in Processes.children(of: server.process.pid) { kill(child, SIGKILL) }
    }
    while Processes.children(of: server.process.pid).isEmpty { pause(.milliseconds(2), until: soon()) }
    var pulse = Pulse(of: server.process) { server.call() }
    #expect(!looks(6, &pulse, between: .milliseconds(30)).contains(true))
  }

  /// A lost connection is made anew, and one that cannot be made is not tried with every look.
  @Test func aLostConnectionProvesNothing() throws {
    let line = Line(answers: nil)
    let server = try idle([.answered(line), .refused])
    var pulse = Pulse(of: server.process) { server.call() }
    #expect(!looks(30, &pulse).contains(true))
    #expect(line.questions == 1)
  }
}
