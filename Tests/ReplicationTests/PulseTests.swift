import Glibc
import Host
import TestSupport
import Testing

@testable import ReplicationActions

/// Whether a server is taken to have stopped doing anything.
@Suite struct PulseTests {
  private final class Server {
    let process: ProcessStatus

    init(_ command: String, _ arguments: [String]) throws {
      process = try #require(ProcessStatus.of(Command(command, arguments).launch(log: "/dev/null")))
    }

    deinit {
      for child in Processes.children(of: process.pid) { kill(child, SIGKILL) }
      _ = try? Processes.signal(process, SIGKILL)
      waitpid(process.pid, nil, 0)
    }

    func hasEnded(_ limit: Duration) -> Bool {
      Processes.waitForEnd(of: process, until: Deadline(after: limit))
    }
  }

  private func idle() throws -> Server {
    let server = try Server("/bin/sleep", ["60"])
    while ProcessStatus.of(server.process.pid)?.executable?.hasSuffix("sleep") != true
      || ProcessStatus.of(server.process.pid)?.state != "S"
    {
      pause(.milliseconds(2), until: soon())
    }
    return server
  }

  /// A shell that a signal wakes up, as a connection does a server.
  private func wakeable() throws -> Server {
    let server = try Server("/bin/sh", ["-c", "trap : USR1; sleep 60 & while :; do wait; done"])
    while Processes.children(of: server.process.pid).isEmpty { pause(.milliseconds(2), until: soon()) }
    pause(.milliseconds(100), until: soon())
    return server
  }

  /// What each of so many looks says.
  private func looks(_ number: Int, _ pulse: inout Pulse, _ server: Server, between: Duration = .zero)
    -> [Bool]
  {
    (0..<number).map { _ in
      pause(between, until: soon())
      return pulse.look(hasEnded: server.hasEnded)
    }
  }

  /// The first look has nothing to compare with. Told once.
  @Test func whoDoesNotMoveThoughSomebodyKnocksStandsStill() throws {
    let server = try idle()
    var knocks = 0
    var pulse = Pulse(of: server.process) { _ in
      knocks += 1
      return { true }
    }
    #expect(looks(10, &pulse, server) == [false, false, true] + [Bool](repeating: false, count: 7))
    #expect(knocks == 1)
  }

  @Test func ifNobodyCouldBeToldItIsLookedAtAgain() throws {
    let server = try idle()
    var pulse = Pulse(of: server.process) { _ in { true } }
    #expect(looks(3, &pulse, server) == [false, false, true])
    pulse.forget()
    #expect(looks(3, &pulse, server) == [false, false, true])
  }

  @Test func whoMovesWhenSomebodyKnocksDoesNot() throws {
    let server = try wakeable()
    var knocks = 0
    var pulse = Pulse(of: server.process) { pid in
      knocks += 1
      kill(pid, SIGUSR1)
      return { true }
    }
    #expect(!looks(12, &pulse, server).contains(true))
    #expect(knocks >= 2)
  }

  /// It is the answer to a question that was asked before.
  @Test func anAnswerThatComesTooLateSaysNothing() throws {
    let server = try wakeable()
    var knocks = 0
    var pulse = Pulse(of: server.process) { pid in
      knocks += 1
      var asked = 0
      kill(pid, SIGUSR1)
      return {
        asked += 1
        return asked > 1 ? true : nil
      }
    }
    #expect(!looks(14, &pulse, server).contains(true))
    #expect(knocks >= 3)
  }

  @Test func whoCannotBeWokenUpDoesNot() throws {
    let server = try idle()
    var attempts = 0
    var pulse = Pulse(of: server.process) { _ in
      attempts += 1
      return nil
    }
    #expect(!looks(30, &pulse, server).contains(true))
    #expect(attempts == 1)
  }

  /// Nothing is known then.
  @Test(arguments: [false, nil]) func whomNobodyCouldKnockAtDoesNot(answer: Bool?) throws {
    let server = try idle()
    var pulse = Pulse(of: server.process) { _ in { answer } }
    #expect(!looks(9, &pulse, server).contains(true))
  }

  @Test(arguments: ["while :; do :; done", "(while :; do :; done) & wait", "while :; do sleep 0.01; done"])
  func whoWorksIsNotBothered(script: String) throws {
    let server = try Server("/bin/sh", ["-c", script])
    while ProcessStatus.of(server.process.pid)?.executable?.contains("sh") != true {
      pause(.milliseconds(2), until: soon())
    }
    pause(.milliseconds(100), until: soon())
    var knocks = 0
    var pulse = Pulse(of: server.process) { _ in
      knocks += 1
      return { true }
    }
    #expect(!looks(8, &pulse, server, between: .milliseconds(50)).contains(true))
    #expect(knocks == 0)
  }

  @Test func whomASignalHasStoppedIsNotItsBusiness() throws {
    let server = try idle()
    #expect(try Processes.signal(server.process, SIGSTOP))
    while ProcessStatus.of(server.process.pid)?.isStopped != true { pause(.milliseconds(2), until: soon()) }
    var pulse = Pulse(of: server.process) { _ in { true } }
    #expect(!looks(6, &pulse, server).contains(true))
  }

  /// Once it is not busy.
  private func switches(of server: Server) throws -> UInt64 {
    let limit = soon()
    while !limit.isPast {
      if let switches = Activity.switches(of: server.process.pid) { return switches }
      pause(.milliseconds(2), until: limit)
    }
    return try #require(nil)
  }

  /// A note of it holds for this very server, and no longer than until it moves.
  @Test func theMarkEndsWithTheFirstMove() throws {
    let context = try FakeCluster()
    let server = try Server("/bin/sh", ["-c", "trap : USR1; while :; do sleep 60 & wait; done"])
    while Processes.children(of: server.process.pid).isEmpty { pause(.milliseconds(2), until: soon()) }
    pause(.milliseconds(100), until: soon())
    #expect(!context.run.isMute(server.process))
    try context.run.noteMute(server.process, switches(of: server))
    #expect(context.run.isMute(server.process))
    kill(server.process.pid, SIGUSR1)
    while context.run.isMute(server.process) { pause(.milliseconds(2), until: soon()) }
    try context.run.noteMute(server.process, switches(of: server))
    context.run.forgetMute()
    #expect(!context.run.isMute(server.process))
  }
}
