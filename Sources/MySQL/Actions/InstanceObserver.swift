internal import Host
internal import MySQLFacts
internal import OCF
internal import ReplicationActions

/// Looks at an instance and judges nothing.
struct InstanceObserver {
  let context: Context

  private var instance: Instance { context.instance }

  /// All three witnesses.
  func observe(expected: InstanceRole?, until deadline: Deadline) -> InstanceFacts {
    var facts = observeProcesses()
    facts.expected = expected
    if case .running(let pid) = facts.process { facts.connection = ask(pid, facts, until: deadline) }
    return facts
  }

  /// The processes and the files that name them; nobody is asked.
  func observeProcesses() -> InstanceFacts {
    let server = serverProcess()
    var process = InstanceFacts.Process.absent
    if let server {
      let isFrozen = server.isStopped || context.run.isMute(server)
      process = isFrozen ? .frozen(pid: server.pid) : .running(pid: server.pid)
    }
    var facts = InstanceFacts(dataDirectory: dataDirectory, process: process, connection: .notTried)
    if case .frozen = process { facts.isMute = server.map { !$0.isStopped } ?? false }
    facts.hasPidFile = Files.exists(instance.pidFile)
    facts.onCrash = instance.crashPolicy
    facts.isOurs = context.run.startParameters != nil
    facts.supervisor = server.flatMap(supervisor)
    let memory = context.run.memory
    facts.remembered = memory["state"].map { $0 == "primary" ? .promoted : .unpromoted }
    facts.verified = memory.verified
    return facts
  }

  /// The server: the process that works in the data directory and runs a server's program. The pid file is not asked: that
  /// it names a process proves nothing.
  func serverProcess() -> ProcessStatus? {
    guard !instance.datadir.isEmpty else { return nil }
    return Processes.holders(of: instance.datadir).first(where: isServer)
  }

  /// A process that runs a server's program.
  func isServer(_ process: ProcessStatus) -> Bool {
    guard let program = process.program else { return false }
    return program == instance.binary ?? "" || program.hasSuffix("/mysqld") || program.hasSuffix("/mariadbd")
  }

  private var dataDirectory: InstanceFacts.DataDirectory {
    guard !instance.datadir.isEmpty, Files.exists(instance.datadir) else { return .missing }
    do throws(HostError) {
      let names = try instance.reading { () throws(HostError) in try Files.list(instance.datadir) }
      return names.contains("ibdata1") ? .present : .notMySQL
    } catch {
      return .unreadable(error.reason)
    }
  }

  /// What restarts the server when it ends: a parent that is mysqld_safe.
  private func supervisor(_ server: ProcessStatus) -> String? {
    guard let parent = ProcessStatus.of(server.parent) else { return nil }
    let names = ["mysqld_safe", "mariadbd-safe", "mysqld_multi"]
    let line = (try? Files.readText("/proc/\(parent.pid)/cmdline", limit: 4096)) ?? ""
    let words = line.split(separator: "\0").prefix(2)
    return names.first { name in
      parent.command == name || words.contains { $0 == name || $0.hasSuffix("/" + name) }
    }
  }

  private func ask(_ pid: Int32, _ facts: InstanceFacts, until deadline: Deadline) -> InstanceFacts.Connection
  {
    do throws(ConnectionError) {
      return .answered(
        try LocalServer(instance, process: pid).connect(until: deadline).look(until: deadline))
    } catch {
      return Self.connection(error, hasPidFile: facts.hasPidFile) {
        Sockets.isListening(pid, at: instance.socket)
      }
    }
  }

  /// Sorts what went wrong by the server's numbers.
  /// - Parameter isListening: whether the server listens on its socket, whose file may have been removed.
  static func connection(_ error: ConnectionError, hasPidFile: Bool, isListening: () -> Bool)
    -> InstanceFacts.Connection
  {
    switch error {
    case .server(1040, let message): return .full(message)
    // ER_SERVER_SHUTDOWN
    case .server(1053, let message): return .notReady(message)
    case .server(let number, let message): return .refused(number: number, message: message)
    case .noAnswer(let limit): return .noAnswer(limit)
    case .unreachable(let why):
      // A server makes its pid file when it listens, and removes it when it has ended its work. Where others removed it, the
      // server still listens, and serves whoever came before or comes by TCP.
      return hasPidFile || isListening() ? .unreachable(why) : .notReady(why)
    }
  }
}
