import Glibc
import TestSupport
import Testing

@testable import Host

@Suite struct ActivityTests {
  /// A process that does nothing but what a signal makes it do; its child sleeps.
  private func idle() throws -> Int32 {
    let script = "sleep 60 & trap : USR1; while :; do wait; done"
    let pid = try Command("/bin/sh", ["-c", script]).launch(log: "/dev/null")
    while Processes.children(of: pid).isEmpty { pause(.milliseconds(2), until: soon()) }
    pause(.milliseconds(100), until: soon())
    return pid
  }

  private func end(_ pid: Int32) {
    for child in Processes.children(of: pid) { kill(child, SIGKILL) }
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
  }

  @Test func whoDoesNothingDoesNotMove() throws {
    let pid = try idle()
    defer { end(pid) }
    var activity = Activity(of: pid)
    var looks: [Bool] = []
    for _ in 0..<3 { looks.append(activity.hasMoved()) }
    #expect(looks == [true, false, false])
    kill(pid, SIGUSR1)
    pause(.milliseconds(50), until: soon())
    looks = []
    for _ in 0..<2 { looks.append(activity.hasMoved()) }
    #expect(looks == [true, false])
  }

  /// After one look at all of them nothing old is left to be found out, however many had moved.
  @Test func allThatMovedAreSeenAtOnce() throws {
    let pid = try Command(
      "/bin/sh", ["-c", "for i in 1 2 3 4 5; do (while :; do sleep 0.02; done) & done; wait"]
    ).launch(
      log: "/dev/null")
    defer { end(pid) }
    while Processes.children(of: pid).count < 5 { pause(.milliseconds(2), until: soon()) }
    var activity = Activity(of: pid)
    for _ in 0..<5 {
      pause(.milliseconds(60), until: soon())
      let hasMoved = activity.hasMoved()
      #expect(hasMoved)
    }
    for child in Processes.children(of: pid) { kill(child, SIGSTOP) }
    pause(.milliseconds(100), until: soon())
    // At the first look one that has moved spares the others theirs. The children's own children are none of its own.
    var looks: [Bool] = []
    for _ in 0..<3 { looks.append(activity.hasMoved()) }
    #expect(looks == [true, true, false])
  }

  /// The one that moved last was the one to ask first.
  @Test func whoHasEndedIsNoWitness() throws {
    let pid = try Command(
      "/bin/sh",
      [
        "-c",
        "sleep 60 & sh -c 'for i in 1 2 3 4 5; do sleep 0.1; done' & trap : USR1; while :; do wait; done",
      ]
    )
    .launch(log: "/dev/null")
    defer { end(pid) }
    while Processes.children(of: pid).count < 2 { pause(.milliseconds(2), until: soon()) }
    var activity = Activity(of: pid)
    let limit = soon()
    while Processes.children(of: pid).count > 1, !limit.isPast {
      _ = activity.hasMoved()
      pause(.milliseconds(20), until: limit)
    }
    pause(.milliseconds(50), until: soon())
    var looks: [Bool] = []
    for _ in 0..<4 { looks.append(activity.hasMoved()) }
    #expect(looks.suffix(2) == [false, false])
  }

  @Test func whatIsGoneCannotBeSeen() {
    var activity = Activity(of: 0)
    let looks = [activity.hasMoved(), activity.hasMoved()]
    #expect(looks == [true, true])
    #expect(Activity.switches(of: 0) == nil)
  }

  @Test func theStatusOfATask() {
    let status =
      "Name:\tx\nState:\tS (sleeping)\nvoluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t545\n"
    for (text, switches, isBusy) in [
      (status, 695, false), (status.replacing("S (sleeping)", with: "R (running)"), 695, true),
      (status.replacing("S (sleeping)", with: "D (disk sleep)"), 695, true),
      (status.replacing("S (sleeping)", with: "T (stopped)"), 695, false),
    ] {
      let parsed = Activity.parse(text)
      #expect(parsed?.switches == UInt64(switches))
      #expect(parsed?.isBusy == isBusy)
    }
    #expect(Activity.parse("") == nil)
    #expect(Activity.parse("State:\tS\nvoluntary_ctxt_switches:\tx\n") == nil)
  }
}
