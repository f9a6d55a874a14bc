import Glibc
import Host
import OCF
import TestSupport
import Testing

@testable import ReplicationActions

/// What the process does that waits for a server's end; here the test itself is it.
@Suite struct SentinelTests {
  private func sleeper() throws -> ProcessStatus {
    let pid = try Command("/bin/sleep", ["60"]).launch(log: "/dev/null")
    let status: ProcessStatus = try #require(ProcessStatus.of(pid))
    return status
  }

  /// Its end, and a zombie less: swift-testing waits for any child of its own.
  private func end(_ process: ProcessStatus) {
    _ = try? Processes.signal(process, SIGKILL)
    waitpid(process.pid, nil, 0)
  }

  private func own() throws -> ProcessStatus { try #require(ProcessStatus.of(currentProcess)) }

  private func note(_ context: FakeCluster, _ text: String) throws {
    try context.run.create()
    try Files.writeAtomically(text, to: context.run.file("sentinel"), mode: 0o600)
  }

  /// What it did, in order.
  private func stand(_ context: FakeCluster, by server: String, for duty: SentinelDuty) -> [String] {
    var done: [String] = []
    Sentinel(run: context.run).stand(by: server, for: duty, context.invocation, log: context.log) {
      context
    } monitor: { _ in
      done.append("monitor")
      return Outcome(.failedPromoted, "it crashed")
    } told: { _ in
      done.append("told")
    } end: { _ in
      done.append("end")
      return Outcome(.success)
    }
    return done
  }

  @Test(arguments: [false, true]) func itTellsOfAServerThatEndedIfItShould(tells: Bool) throws {
    let context = try FakeCluster()
    try context.manage()
    let server = try sleeper()
    defer { end(server) }
    let duty = SentinelDuty(tells: tells, isPrimary: true, lease: .zero)
    try note(context, "\(try own().identity) \(server.identity) \(duty)\n")
    #expect(try Processes.signal(server, SIGKILL))
    #expect(stand(context, by: server.identity, for: duty) == (tells ? ["monitor", "told"] : []))
    #expect(context.calls == (tells ? ["crm_resource --fail --resource=db"] : []))
  }

  /// Once, and then it waits on.
  @Test func itTellsOfAServerThatStandsStill() throws {
    let context = try FakeCluster()
    try context.manage()
    let server = try sleeper()
    defer { end(server) }
    let duty = SentinelDuty(tells: true, isPrimary: true, lease: .zero)
    try note(context, "\(try own().identity) \(server.identity) \(duty)\n")
    #expect(try Processes.signal(server, SIGSTOP))
    let killer = Command("/bin/sh", ["-c", "sleep 4; kill -KILL \(server.pid)"])
    let pid = try killer.launch(log: "/dev/null")
    #expect(stand(context, by: server.identity, for: duty) == ["monitor", "told", "monitor", "told"])
    if let process = ProcessStatus.of(pid) { end(process) }
  }

  @Test func aSignalThatIsTakenBackIsNoStandstill() throws {
    let server = try sleeper()
    defer { end(server) }
    var stillness = Stillness(of: server)
    for round in 0..<3 {
      #expect(try Processes.signal(server, SIGSTOP))
      while ProcessStatus.of(server.pid)?.isStopped != true { pause(.milliseconds(2), until: soon()) }
      expect(&stillness, false)
      if round == 2 { continue }
      #expect(try Processes.signal(server, SIGCONT))
      while ProcessStatus.of(server.pid)?.isStopped != false { pause(.milliseconds(2), until: soon()) }
      expect(&stillness, false)
    }
    expect(&stillness, true)
    expect(&stillness, false)
  }

  private func expect(_ stillness: inout Stillness, _ isTold: Bool) {
    let told = stillness.look()
    #expect(told == isTold)
  }

  /// A failure on record would be acted on once the cluster manages it again.
  @Test func itTellsNothingInMaintenanceMode() throws {
    let context = try FakeCluster()
    try context.manage(false)
    let server = try sleeper()
    defer { end(server) }
    let duty = SentinelDuty(tells: true, isPrimary: true, lease: .zero)
    try note(context, "\(try own().identity) \(server.identity) \(duty)\n")
    #expect(try Processes.signal(server, SIGKILL))
    #expect(stand(context, by: server.identity, for: duty) == [])
    #expect(context.calls == [])
  }

  /// There is no tool here that tells of quorum.
  @Test func itEndsAPrimaryWhoseLeaseIsOver() throws {
    let context = try FakeCluster()
    let server = try sleeper()
    defer { end(server) }
    let duty = SentinelDuty(tells: true, isPrimary: true, lease: .seconds(1))
    try note(context, "\(try own().identity) \(server.identity) \(duty)\n")
    #expect(stand(context, by: server.identity, for: duty) == ["end"])
    #expect(context.logged.contains { $0.contains("ends the server: it has been without a quorate cluster") })
  }

  @Test func whatItStandsForIsToldInAWord() {
    for duty in [
      SentinelDuty(tells: true, isPrimary: true, lease: .zero),
      SentinelDuty(tells: false, isPrimary: false, lease: .milliseconds(30_500)),
    ] {
      #expect(SentinelDuty(duty.description) == duty)
    }
    for text in [
      "", "tells", "tells:primary:x", "says:primary:1", "tells:primary:-1", "tells:1:2", "tells:both:1",
    ] {
      #expect(SentinelDuty(text) == nil)
    }
  }

  @Test func itTellsNothingOnceItWasRelieved() throws {
    let context = try FakeCluster()
    let sentinel = Sentinel(run: context.run)
    let server = try sleeper()
    defer { end(server) }
    #expect(!sentinel.isPosted)
    try note(context, "\(try own().identity) \(server.identity) tells:primary:0\n")
    #expect(sentinel.isPosted)
    try note(context, "\(server.identity) \(server.identity) tells:primary:0\n")
    #expect(!sentinel.isPosted)
    sentinel.relieve()
    #expect(!Files.exists(context.run.file("sentinel")))
    #expect(Processes.waitForEnd(of: server, until: soon()))
  }

  /// A pid that another process has got is another server.
  @Test func aServerIsKnownByItsStart() throws {
    let context = try FakeCluster()
    let server = try sleeper()
    defer { end(server) }
    try note(context, "\(try own().identity) \(server.pid):1 tells:primary:0\n")
    #expect(
      stand(context, by: "\(server.pid):1", for: SentinelDuty(tells: true, isPrimary: true, lease: .zero))
        == [])
  }

  @Test(arguments: ["", "1:1", "1:1 2:2", "1:1 2:2 tells:primary:0 x", "one"]) func whatCannotBeReadIsNoPost(
    text: String
  ) throws {
    let context = try FakeCluster()
    try note(context, text)
    #expect(!Sentinel(run: context.run).isPosted)
  }
}
