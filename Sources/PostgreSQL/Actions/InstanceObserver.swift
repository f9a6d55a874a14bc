internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import ReplicationActions

/// Looks at an instance and judges nothing.
struct InstanceObserver {
  let instance: Instance
  /// How long the server may take to answer.
  let queryLimit: Duration
  private let run: RunDirectory?

  /// - Parameter run: where a sentinel notes what it found.
  init(_ instance: Instance, run: RunDirectory? = nil) {
    self.instance = instance
    self.run = run
    queryLimit = instance.values.duration(Declarations.queryTimeout) ?? .seconds(5)
  }

  /// All four witnesses. `pg_control` is asked only when the server did not answer, because it costs a process.
  /// - Parameter asksControl: false where only the server's own answer matters.
  func observe(expected: InstanceRole?, asksControl: Bool = true, until deadline: Deadline) -> InstanceFacts {
    var facts = observeProcesses()
    facts.expected = expected
    facts.onCrash = instance.crashPolicy
    if case .running = facts.postmaster { facts.connection = ask(facts.pidFile, until: deadline) }
    if asksControl, facts.answer == nil, case .present = facts.dataDirectory {
      facts.control = controlData(until: deadline)
      facts.hasBackupLabel = has("backup_label")
    }
    return facts
  }

  /// The processes and the files that name them; no query, no program.
  func observeProcesses() -> InstanceFacts {
    let pidFile = readPidFile()
    var facts = InstanceFacts(
      dataDirectory: dataDirectory, postmaster: postmaster(pidFile), connection: .notTried)
    facts.pidFile = pidFile
    if case .running(let pid) = facts.postmaster, let run, ProcessStatus.of(pid).map(run.isMute) ?? false {
      facts.postmaster = .frozen(pid: pid)
      facts.isMute = true
    }
    facts.hasRecoverySignal = has("recovery.signal")
    return facts
  }

  /// What `pg_controldata` says; nil when it cannot be run or warns.
  func controlData(until deadline: Deadline) -> ControlData? {
    guard let command = instance.program("pg_controldata", ["-D", instance.pgdata]),
      let result = try? command.run(until: deadline.earlier(queryLimit)), result.succeeded
    else { return nil }
    return ControlData(result.output + "\n" + result.errors)
  }

  /// The postmaster's process, to be signalled; nil when it is not there.
  func postmasterProcess() -> ProcessStatus? {
    readPidFile().flatMap { ProcessStatus.of($0.pid) }.flatMap { belongs($0) ? $0 : nil }
  }

  /// The instance's processes: those that work in its data directory and run the server's program. An
  /// administrator's shell in that directory is none of them.
  func serverProcesses() -> [ProcessStatus] {
    Processes.holders(of: instance.pgdata).filter { process in
      guard let program = process.program else { return false }
      return program.hasSuffix("/postgres") || program.hasSuffix("/postmaster")
    }
  }

  private var dataDirectory: InstanceFacts.DataDirectory {
    guard !instance.pgdata.isEmpty, Files.exists(instance.pgdata) else { return .missing }
    if let version = instance.version { return .present(version: version) }
    do throws(HostError) {
      _ = try instance.reading { () throws(HostError) in try Files.readText(instance.path("PG_VERSION")) }
      return .notPostgreSQL
    } catch {
      return Files.exists(instance.path("PG_VERSION")) ? .unreadable(error.reason) : .notPostgreSQL
    }
  }

  private func has(_ file: String) -> Bool { Files.exists(instance.path(file)) }

  private func readPidFile() -> PostmasterPidFile? {
    let text = try? instance.reading { () throws(HostError) in
      try Files.readText(instance.path("postmaster.pid"), limit: 4096)
    }
    return text.flatMap { PostmasterPidFile($0) }
  }

  /// A postmaster's working directory is its data directory; a recycled pid's is not. That the pid file names a
  /// process proves nothing.
  private func belongs(_ process: ProcessStatus) -> Bool {
    guard !process.isZombie, let directory = process.workingDirectory else { return false }
    return directory == instance.pgdata || directory == (try? Files.realPath(instance.pgdata))
  }

  private func postmaster(_ pidFile: PostmasterPidFile?) -> InstanceFacts.Postmaster {
    guard !instance.pgdata.isEmpty else { return .absent }
    if let process = pidFile.flatMap({ ProcessStatus.of($0.pid) }), belongs(process) {
      return process.isStopped
        ? .frozen(pid: process.pid) : .running(pid: process.pid)
    }
    let holders = serverProcesses()
    return holders.isEmpty ? .absent : .orphans(holders.map(\.pid).sorted())
  }

  private func ask(_ pidFile: PostmasterPidFile?, until deadline: Deadline) -> InstanceFacts.Connection {
    do throws(ConnectionError) {
      let connection = try LocalServer(instance: instance, pidFile: pidFile).connect(until: deadline)
      guard let row = try connection.query(ServerQuery.statement, until: deadline).first,
        let answer = ServerQuery.answer(row)
      else { return .unreachable("the server's answer had no rows") }
      return .answered(answer)
    } catch {
      return InstanceObserver.connection(error)
    }
  }

  /// Sorts what went wrong by SQLSTATE (manual, appendix A).
  static func connection(_ error: ConnectionError) -> InstanceFacts.Connection {
    switch error {
    case .server("57P03", let message): .notReady(message)
    case .server("53300", let message): .full(message)
    case .server(let state, let message): .refused(state: state, message: message)
    case .noAnswer(let limit): .noAnswer(limit)
    case .unreachable(let why): .unreachable(why)
    }
  }
}
