import Glibc
import Host
import OCF
import Replication
import ReplicationActions
import TestSupport
import Testing

@Suite struct RejoinWorkerTests {
  private let scratch: Scratch
  private let run: RunDirectory
  private let worker: RejoinWorker

  init() throws {
    scratch = try Scratch()
    run = RunDirectory(agent: "test", instance: "db", environment: ["HA_RSCTMP": scratch.file("run")])
    worker = RejoinWorker(run: run, directory: StateDirectory(instance: "db", root: scratch.file("state")))
  }

  private func boot() throws -> String {
    try Files.readText("/proc/sys/kernel/random/boot_id").split(separator: "\n").joined()
  }

  private func note(_ leader: Int32, start: UInt64? = nil, boot: String) throws {
    try run.create()
    let started = start ?? ProcessStatus.of(leader)?.startTime ?? 0
    try Files.writeAtomically("\(leader) \(started) \(boot)\n", to: run.file("rejoin-lock"))
  }

  @Test func thereIsOneAtATime() throws {
    #expect(!worker.isAlive)
    let lock = try worker.lock()
    #expect(lock != nil && worker.isAlive)
    #expect(try worker.lock() == nil)
    withExtendedLifetime(lock) {}
  }

  @Test func itEndsWithAllThatItStarted() throws {
    let leader = try shell("sleep 60 & exec sleep 60").launch(log: "/dev/null")
    try note(leader, boot: boot())
    try worker.end(until: soon())
    #expect(Processes.ofSession(leader).isEmpty)
    waitpid(leader, nil, 0)
  }

  /// A process of that number that started at another time is another one.
  @Test func aNumberThatIsUsedAgainIsNotTheWorker() throws {
    let leader = try shell("exec sleep 60").launch(log: "/dev/null")
    try note(leader, start: 1, boot: boot())
    try worker.end(until: soon())
    let left = Processes.ofSession(leader)
    #expect(left.count == 1)
    for process in left { _ = try? Processes.signal(process, SIGKILL) }
    waitpid(leader, nil, 0)
  }

  @Test func anotherBootsNumbersMeanNothing() throws {
    let leader = try shell("exec sleep 60").launch(log: "/dev/null")
    try note(leader, boot: "another")
    try worker.end(until: soon())
    let left = Processes.ofSession(leader)
    #expect(left.count == 1)
    for process in left { _ = try? Processes.signal(process, SIGKILL) }
    waitpid(leader, nil, 0)
  }
}

@Suite struct RejoinWatchTests {
  @Test func saysWhatGoesOn() throws {
    let context = try FakeCluster(["OCF_RESOURCE_INSTANCE": "martlet-test-watch"])
    let watch = RejoinWatch(context, policy: .hold, environment: [:])
    #expect(watch.state == nil && !watch.isWorkerAlive && !watch.forbidsStart && !watch.isAbandoned)
    let decision = watch.pursue(isDiverged: true, hasPrimary: true)
    #expect(decision.rule == "rejoin/20")
    #expect(watch.words(decision) == "rejoin is hold: it waits for an operator")
  }
}
