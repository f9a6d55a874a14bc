internal import CIB
internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import Replication
internal import ReplicationActions

/// Brings a diverged PostgreSQL instance back: with pg_rewind, or with a new copy by pg_basebackup.
struct WALRejoiner: Rejoiner {
  let context: Context

  var object: String { context.instance.pgdata }

  // MARK: The primary

  /// Nil when the cluster has none on another node that is a member.
  private var primary: PrimaryServer? {
    guard let upstream = context.otherPrimary else { return nil }
    let pidFile = context.observer.observeProcesses().pidFile
    return PrimaryServer(
      context: context, upstream: upstream,
      port: context.instance.values.integer(Declarations.port) ?? pidFile?.port ?? configuredPort)
  }

  /// The server's own configuration is asked while it is down.
  private var configuredPort: Int {
    let instance = context.instance
    let result = try? instance.program("postgres", ["-C", "port"] + instance.serverArguments)?.run(
      until: context.deadline.earlier(.seconds(10)))
    return result.flatMap { Int($0.output.filter { $0.isNumber }) } ?? 5432
  }

  var hasPrimary: Bool { primary.map { (try? $0.position()) != nil } ?? false }

  func waitForPrimary(_ progress: RejoinProgress) throws(RejoinError) {
    while !hasPrimary {
      try progress.step("waiting for a primary")
      guard !context.deadline.isPast else { throw RejoinError("the cluster has no primary that answers") }
      pause(.seconds(1), until: context.deadline)
    }
  }

  func presentPrimary() throws(RejoinError) -> PrimaryServer {
    guard let primary else { throw RejoinError("the cluster has no primary on another node") }
    return primary
  }

  func asking<R>(_ body: () throws(ConnectionError) -> R) throws(RejoinError) -> R {
    do throws(ConnectionError) {
      return try body()
    } catch {
      throw RejoinError(error.reason)
    }
  }

  // MARK: The local server

  func stop() throws(RejoinError) {
    do throws(OCFError) {
      let facts = context.observer.observeProcesses()
      _ = try Shutdown(context: context.with(deadline: Deadline(after: .seconds(120)))).perform(
        facts, hasFailed: false)
    } catch {
      throw RejoinError(error.reason)
    }
  }

  func resume() throws(RejoinError) {
    let facts = context.observer.observe(
      expected: nil, asksControl: false, until: context.deadline.earlier(.seconds(30)))
    if facts.answer != nil { return }
    let patient = context.with(deadline: context.deadline.earlier(.seconds(3600)))
    do throws(OCFError) {
      if facts.hasPostmaster {
        try Readiness(context: patient, log: context.instance.logFile).wait(launched: nil)
      } else {
        try StartAction(context: patient).launch(following: primary?.upstream, facts)
      }
    } catch {
      throw RejoinError(error.reason)
    }
  }

  func bringUp(_ progress: RejoinProgress) throws(RejoinError) {
    try resume()
    try progress.step("waiting until it streams")
    var replayed: LSN?
    var stuck = Deadline(after: .seconds(120))
    while !stuck.isPast {
      let facts = context.observer.observe(expected: nil, until: context.deadline.earlier(.seconds(30)))
      if let standby = facts.answer?.standby {
        if standby.isStreaming { return }
        if standby.replayed != replayed {
          replayed = standby.replayed
          stuck = Deadline(after: .seconds(120))
        }
        if let primary,
          standby.primaryConnection
            != context.replicationConnection(facts.pidFile).string(to: primary.upstream)
        {
          try asking { () throws(ConnectionError) in try context.follow(primary.upstream, facts) }
        }
      }
      pause(.milliseconds(250), until: context.deadline)
    }
    throw RejoinError("the server started, and does not stream from the primary")
  }

  // MARK: What is possible

  func means(_ progress: RejoinProgress) throws(RejoinError) -> RejoinMeans {
    let instance = context.instance
    let room = try RoomForCopy(rejoiner: self)
    return RejoinMeans(
      policy: instance.rejoinPolicy, rewindObstacle: rewindObstacle, cloneObstacle: try room.obstacle(),
      besideObstacle: try room.besideObstacle(),
      mayReplaceInPlace: instance.values.flag(Declarations.recloneInPlace),
      hasRoomInPlace: try room.hasRoomInPlace())
  }

  private var rewindObstacle: String? {
    let instance = context.instance
    guard let bindir = instance.bindir, Files.exists("\(bindir)/pg_rewind") else {
      return "pg_rewind is not installed"
    }
    let result = try? instance.program("pg_controldata", ["-D", instance.pgdata])?.run(
      until: context.deadline.earlier(.seconds(30)))
    guard let result, result.succeeded else { return "pg_control cannot be read" }
    return RewindOutput.obstacle(controlData: result.output)
  }

  // MARK: Afterwards

  var holdsCopy: Bool { Files.exists(context.instance.path(CloneDirectory.mark)) }

  func tidy() { context.cloneDirectory.tidy() }
}

extension Instance {
  /// What the operator wants of a diverged node.
  var rejoinPolicy: RejoinPolicy {
    values.text(Declarations.rejoin).flatMap(RejoinPolicy.init(rawValue:)) ?? .rewind
  }
}
