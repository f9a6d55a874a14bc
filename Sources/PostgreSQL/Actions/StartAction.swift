internal import CIB
internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import Replication
internal import ReplicationActions

/// Brings the instance up as a standby, whatever it was before.
struct StartAction {
  let context: Context
  var occasion = StartOccasion.action

  func run() throws(OCFError) -> Outcome {
    if let outcome = try RejoinMonitor(context: context).insteadOfStarting() { return outcome }
    if let problem = Validation(context: context).problems(level: 10).first { throw problem }
    var memory = context.run.memory
    if occasion == .action,
      let outcome = try context.lateStart.insteadOfStarting(
        isRunning: context.observer.observeProcesses().postmaster != .absent,
        makesRoom: context.instance.crashPolicy == .failover, context.instance.durability, &memory)
    {
      return outcome
    }
    if let outcome = try context.startWithoutServer(&memory) { return outcome }
    // In an election it has told that it is late.
    if occasion != .election { context.withdrawVote(always: true) }
    let facts = context.observer.observe(expected: nil, until: context.deadline)
    let decision = startRules.decide(facts)
    if case .refuse(let code) = decision.verdict {
      throw OCFError(code, "\(context.instance.pgdata): \(decision.because)")
    }
    do throws(OCFError) {
      try bringUp(decision.verdict, facts)
    } catch {
      if let outcome = try context.startWithoutServer(after: error, &memory) { return outcome }
      throw error
    }
    let isFollowing = context.followsLivePrimary ? waitUntilStreaming() : nil
    memory.hasFailed = false
    memory.forgetPublished()
    memory["state"] = nil
    memory["slots-due"] = "1"
    Archiving.forget(&memory)
    announce(isFollowing: isFollowing, &memory)
    context.save(memory)
    return Outcome(.success, "\(context.instance.pgdata): runs as a standby", rule: decision.rule)
  }

  private func bringUp(_ step: StartStep, _ facts: InstanceFacts) throws(OCFError) {
    switch step {
    case .refuse, .nothing: break
    case .wait: try Readiness(context: context, log: context.instance.logFile).wait(launched: nil)
    case .launch: try launch(facts)
    case .endFirst:
      _ = try Shutdown(context: context).perform(facts, hasFailed: false)
      try launch(context.observer.observe(expected: nil, until: context.deadline))
    }
  }

  /// Starts the server, following the cluster's primary if it may.
  private func launch(_ facts: InstanceFacts) throws(OCFError) {
    let upstream = context.upstream()
    guard let upstream, facts.wasPrimary else { return try launch(following: upstream, facts) }
    // Its own last timeline may have a twin: see WALBeginning. PostgreSQL would stream from it, and nobody would know.
    try launch(following: nil, facts)
    let facts = context.observer.observe(expected: nil, asksControl: false, until: context.deadline)
    if context.compare(facts, with: upstream).isOfItsOwn { return }
    do throws(ConnectionError) {
      try context.follow(upstream, facts)
    } catch {
      context.log(.warning, "cannot follow \(upstream.node): \(error.reason); the monitor tries again")
    }
  }

  /// Starts the server, following `upstream` or nobody; afterwards it answers as a standby.
  func launch(following upstream: Upstream?, _ facts: InstanceFacts) throws(OCFError) {
    let instance = context.instance
    do throws(HostError) {
      try removeStaleLocks(facts.pidFile)
      let connection = ReplicationConnection(
        instance: instance, port: port, applicationName: context.cluster.node ?? instance.name)
      let settings = ServerSettings(instance: instance)
      try settings.write(
        primaryConnection: connection.string(to: upstream), slot: context.slot(at: upstream, connection))
      try settings.createStandbySignal()
      try context.run.save(startParameters: context.startParameters)
    } catch {
      throw OCFError(.genericError, "\(instance.pgdata): \(error.reason)")
    }
    guard
      let command = instance.program(
        "postgres", instance.serverArguments + timelineArguments,
        // The server's children are ordinary victims of the kernel's memory killer again, whatever Pacemaker's
        // executor is (manual, "Linux Memory Overcommit").
        environment: ["PG_OOM_ADJUST_FILE": "/proc/self/oom_score_adj", "PG_OOM_ADJUST_VALUE": "0"])
    else { throw OCFError(.notInstalled, "\(instance.pgdata): the server's programs are not installed") }
    let log = instance.logFile
    let readiness = Readiness(context: context, log: log)
    let child: Int32
    do throws(CommandError) {
      child = try command.launch(log: log)
    } catch {
      throw OCFError(.genericError, "\(instance.pgdata): the server cannot be started: \(error.reason)")
    }
    context.log(.info, "\(instance.pgdata): starting, follows \(upstream?.node ?? "nobody yet")")
    try readiness.wait(launched: child)
  }

  /// A diverged standby is started all the same, held on its own timeline: so it can be looked at, and says what it is.
  private var timelineArguments: [String] {
    let instance = context.instance
    guard let control = context.observer.controlData(until: context.deadline) else { return [] }
    let choice = try? instance.reading { () throws(HostError) in
      let newest = TimelineChoice.newest(of: try Files.list(instance.path("pg_wal")))
      let text = try newest.map { timeline throws(HostError) in
        try Files.readText(instance.path("pg_wal/" + timeline.historyFileName))
      }
      return TimelineChoice(newest: newest, ancestry: text.flatMap(Fork.ancestry(historyFile:)) ?? [])
    }
    guard let choice, !choice.canFollowNewest(control) else { return [] }
    context.log(
      .warning,
      "\(instance.pgdata): its WAL is not part of the newest timeline that it knows: stays on its own; needs a new copy by pg_basebackup"
    )
    return ["-c", "recovery_target_timeline=current"]
  }

  /// Nothing of the instance runs, but its lock files may name a pid that is in use again, and the server would not
  /// start: the pid file, and the socket's lock if it is by the same server.
  private func removeStaleLocks(_ pidFile: PostmasterPidFile?) throws(HostError) {
    guard let pidFile else { return }
    let instance = context.instance
    try instance.reading { () throws(HostError) in
      if let directory = pidFile.socketDirectory, let port = pidFile.port {
        let lock = "\(directory)/.s.PGSQL.\(port).lock"
        let owner = (try? Files.readText(lock, limit: 4096)).flatMap { PostmasterPidFile($0) }
        if let owner, owner.pid == pidFile.pid, owner.dataDirectory == pidFile.dataDirectory {
          try Files.remove(lock)
        }
      }
      try Files.remove(instance.path("postmaster.pid"))
    }
  }

  /// The port that the peers are reached at. The server is down, so its own configuration is asked.
  private var port: Int {
    let instance = context.instance
    if let given = instance.values.integer(Declarations.port) { return given }
    let result = try? instance.program("postgres", ["-C", "port"] + instance.serverArguments)?.run(
      until: context.deadline)
    return result.flatMap { Int($0.output.filter { $0.isNumber }) } ?? 5432
  }

  /// Whether the standby streams, after a moment in which it usually will.
  private func waitUntilStreaming() -> Bool {
    let deadline = context.deadline.earlier(.seconds(2))
    repeat {
      let facts = context.observer.observe(expected: nil, asksControl: false, until: deadline)
      if facts.answer?.standby?.hasCaughtUp ?? false { return true }
      pause(.milliseconds(50), until: deadline)
    } while !deadline.isPast
    return false
  }

  /// A standby may be promoted if it streams, or if there is nobody to stream from. The primary whose crash brought
  /// this start about comes last, so that another is promoted.
  private func announce(isFollowing: Bool?, _ memory: inout Memory) {
    let publisher = Publisher(context)
    let isHeld = HeldMarker(instance: context.invocation.instance).kind != nil
    if isFollowing != true, isHeld || context.isRefused(&memory) {
      publisher.publish(score: .minusInfinity, in: &memory)
    } else if isFollowing == false {
      // The monitor finds out whether it can follow; until then it has no score and cannot be promoted.
      publisher.withdrawScore(in: &memory)
    } else {
      let crashed = memory.failedAsPrimary && context.instance.crashPolicy == .failover
      let promoting = context.invocation.lists?.promoting ?? []
      if crashed, promoting.contains(where: { $0 != context.cluster.node }) {
        publisher.withdrawScore(in: &memory)
      } else {
        publisher.publish(
          score: PromotionScore(crashed ? ScoreLevel.crashed : ScoreLevel.standby), in: &memory)
      }
    }
  }
}
