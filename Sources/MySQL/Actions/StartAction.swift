internal import Host
internal import MySQLFacts
internal import MySQLRules
internal import OCF
internal import Replication
internal import ReplicationActions

/// Brings the instance up read-only, and following the primary if there is one that it may follow.
struct StartAction {
  let context: Context
  var occasion = StartOccasion.action

  func run() throws(OCFError) -> Outcome {
    if let outcome = try RejoinMonitor(context: context).insteadOfStarting() { return outcome }
    if let problem = Validation(context: context).problems(level: 10).first { throw problem }
    var memory = context.run.memory
    if occasion == .action,
      let outcome = try context.lateStart.insteadOfStarting(
        isRunning: context.observer.serverProcess() != nil,
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
      let evidence = facts.supervisor.map { " (\($0))" } ?? ""
      throw OCFError(code, "\(context.instance.datadir): \(decision.because)\(evidence)")
    }
    do throws(OCFError) {
      try bringUp(decision.verdict)
    } catch {
      if let outcome = try context.startWithoutServer(after: error, &memory) { return outcome }
      throw error
    }
    memory.hasFailed = false
    memory.forgetPublished()
    memory["state"] = nil
    // What the former server followed says nothing of this one.
    for field in ["receiver-stopped", "source", "replicated", "acknowledges", "is-member"] {
      memory[field] = nil
    }
    memory[SemiSyncReplica.isOurs] = context.instance.durability.policy == .async ? nil : "1"
    let ending = join(&memory)
    announce(ending, &memory)
    context.save(memory)
    return Outcome(.success, "\(context.instance.datadir): runs, read-only", rule: decision.rule)
  }

  private func bringUp(_ step: StartStep) throws(OCFError) {
    switch step {
    case .refuse, .nothing: break
    case .wait: if try !Readiness(context: context).wait(launched: nil) { try launch() }
    case .launch: try launch()
    }
  }

  /// Starts the server; afterwards it answers, and accepts no writes.
  func launch() throws(OCFError) {
    let instance = context.instance
    guard let binary = instance.binary, let user = instance.user else {
      throw OCFError(.notInstalled, "\(instance.datadir): the server's program is not installed")
    }
    let family: ServerVersion.Family
    let configuration: ConfiguredOptions
    do throws(ServerProgram.Problem) {
      let program = ServerProgram(context)
      family = try program.version().family
      configuration = try program.configuration()
    } catch {
      throw OCFError(error.code, error.reason)
    }
    do throws(HostError) {
      for path in [instance.socket, instance.pidFile] { try prepareDirectory(of: path, for: user) }
      try refuseForeignServer()
      try removeStaleLocks()
      var kept = context.startParameters
      kept.merge(KeptConfiguration.fields(configuration)) { $1 }
      try context.run.save(startParameters: kept)
    } catch {
      throw OCFError(.genericError, "\(instance.datadir): \(error.reason)")
    }
    // With durability the switch is off until the record counts this node in.
    let acknowledges = configuration.wantsToAcknowledge && instance.durability.policy == .async
    let command = Command(
      binary,
      instance.serverArguments(
        family, returnsAsReplica: acknowledges && occasion != .election && context.returnsAsReplica),
      user: user,
      // By which it is found from its first moment on.
      directory: instance.datadir)
    let readiness = Readiness(context: context, errorLog: configuration["log-error"])
    let child: Int32
    do throws(CommandError) {
      child = try command.launch(log: instance.logFile)
    } catch {
      throw OCFError(.genericError, "\(instance.datadir): the server cannot be started: \(error.reason)")
    }
    context.log(.info, "\(instance.datadir): starting, read-only")
    _ = try readiness.wait(launched: child)
  }

  /// /run is empty after a boot, and a distribution's own unit would have made the directory.
  private func prepareDirectory(of path: String, for user: User) throws(HostError) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let directory = String(path[..<slash])
    if Files.isDirectory(directory) { return }
    try Files.createDirectory(directory, mode: 0o755)
    try Files.changeOwner(of: directory, to: user)
  }

  /// Two instances must not have one socket or one pid file: what is there may be another's that runs.
  private func refuseForeignServer() throws(HostError) {
    let instance = context.instance
    let (listener, named) = try instance.reading { () throws(HostError) in
      let text = try? Files.readText(instance.pidFile, limit: 64)
      return (
        try Sockets.listener(at: instance.socket), text.flatMap { Int32($0.filter { !$0.isWhitespace }) }
      )
    }
    if let listener {
      throw HostError(
        reason:
          "socket \(instance.socket): process \(listener) (\(ProcessStatus.of(listener)?.command ?? "gone")) listens there; needs a socket of its own for each instance"
      )
    }
    guard let named, let process = ProcessStatus.of(named), context.observer.isServer(process) else { return }
    // The file may be an old one, and its pid in use again.
    let line = (try? Files.readText("/proc/\(named)/cmdline")) ?? ""
    guard line.split(separator: "\0").contains("--pid-file=\(instance.pidFile)") else { return }
    throw HostError(
      reason:
        "pid_file \(instance.pidFile): is that of process \(named) (\(process.command)), a server in \(process.workingDirectory ?? "another directory"); needs a pid file of its own for each instance"
    )
  }

  /// Nothing of the instance runs, but the lock beside its socket may name a pid that is in use again, and the server would
  /// not start (MY-010259).
  private func removeStaleLocks() throws(HostError) {
    let instance = context.instance
    try instance.reading { () throws(HostError) in
      for path in [instance.socket + ".lock", instance.socket, instance.pidFile] where Files.exists(path) {
        try Files.remove(path)
      }
    }
  }

  /// Follows the primary, or applies what it received before if there is none. Nil when there is nobody to follow yet.
  private func join(_ memory: inout Memory) -> ReplicaFollow.Ending? {
    do throws(ConnectionError) {
      let connection = try context.connect()
      if try connection.setSemiSyncSource(false, until: context.deadline) { context.noteSemiSync(&memory) }
      let answer = try connection.look(until: context.deadline)
      if context.followsLivePrimary, let upstream = context.upstream() {
        let follow = ReplicaFollow(context: context, connection: connection)
        let ending = try follow.follow(upstream, answer)
        if ending == .follows {
          context.noteFollowing(upstream, port: follow.port(answer), answer, &memory)
        }
        return ending
      }
      if let stray = answer.strayTransactions(since: memory.verified) {
        context.log(.error, context.hold(stray: stray, of: answer, &memory))
      }
      guard let channel = answer.channel, channel.applierFailure == nil else { return nil }
      if Dialect(connection.version).isMariaDB {
        try RelayLogReplay(context: context, connection: connection).run(channel)
      } else {
        try connection.query(Dialect(connection.version).startApplier, until: context.deadline)
      }
    } catch {
      context.log(.warning, "\(context.instance.datadir): replication is not started yet: \(error.reason)")
      return context.followsLivePrimary ? .refused(.notCompared) : nil
    }
    return nil
  }

  /// Its applier stopped at an error before: it would be chosen, could not be promoted, and would be started again.
  private var isBroken: Bool {
    let answer = try? context.connect().look(until: context.deadline)
    return answer?.channel?.applierFailure != nil
  }

  /// A replica may be promoted if it follows, or if there is nobody to follow. The primary whose crash brought this start
  /// about comes last, so that another is promoted.
  private func announce(_ ending: ReplicaFollow.Ending?, _ memory: inout Memory) {
    let publisher = Publisher(context)
    let marker = HeldMarker(instance: context.invocation.instance)
    switch ending {
    case .refused(.diverged(let why)):
      context.hold(.diverged, why)
      publisher.publish(score: .minusInfinity, in: &memory)
      return
    case .refused, .undrained:
      // The monitor finds out whether it can follow; until then it has no score and cannot be promoted.
      publisher.withdrawScore(in: &memory)
      return
    case .follows: memory.failedAsPrimary = false
    case nil: break
    }
    if ending != .follows, marker.kind != nil || isBroken || context.isRefused(&memory) {
      publisher.publish(score: .minusInfinity, in: &memory)
      return
    }
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

extension Context {
  /// Keeps what must survive a restart of the node.
  func hold(_ kind: HeldMarker.Kind, _ reason: String) {
    let marker = HeldMarker(instance: invocation.instance)
    do throws(HostError) {
      try marker.write(kind, because: reason)
    } catch {
      log(.warning, "\(marker.path): \(error.reason)")
    }
  }
}
