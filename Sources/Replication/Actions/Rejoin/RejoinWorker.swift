internal import Glibc
package import Host

/// A process that brings a node back, or helps another to come back: the agent's own program in a session of its own, so that it
/// outlives the action that launched it. It holds a lock while it lives.
package struct RejoinWorker {
  /// What it does.
  package enum Task: String, CaseIterable {
    /// It brings this node back.
    case rejoin
    /// It sends a copy of this node's data to another.
    case copy

    /// The word by which the agent's program is told to be the worker; none of Pacemaker's actions.
    package var word: String { rawValue + "-worker" }
  }

  private let task: Task
  private let run: RunDirectory
  private let directory: StateDirectory

  /// The worker of an instance.
  package init(_ task: Task = .rejoin, run: RunDirectory, directory: StateDirectory) {
    self.task = task
    self.run = run
    self.directory = directory
  }

  private var lockPath: String { run.file(task.rawValue + "-lock") }

  /// Told by the lock, which the kernel takes away from a dead process.
  package var isAlive: Bool { FileLock.isHeld(lockPath) }

  /// Becomes the worker; nil when there is one already.
  package func lock() throws(HostError) -> FileLock? {
    try run.create()
    let own = ProcessStatus.of(currentProcess)?.startTime ?? 0
    return try FileLock.take(
      lockPath, content: "\(currentProcess) \(own) \(Self.boot)\n", until: Deadline(after: .seconds(1)))
  }

  /// Launches one, and waits until it holds the lock.
  /// - Parameter environment: as Pacemaker gave it to the agent.
  package func launch(environment: [String: String], until deadline: Deadline) throws(HostError) {
    // What a worker that was killed has left behind might still write.
    try end(until: deadline)
    try directory.create()
    let program = try OwnProgram.path()
    let command = Command(
      program, [task.word], environment: OwnProgram.passed(environment), directory: "/")
    let child: Int32
    do throws(CommandError) {
      child = try command.launch(log: directory.file(task.rawValue + ".log"))
    } catch {
      throw HostError(reason: error.reason)
    }
    let limit = deadline.earlier(.seconds(5))
    while !isAlive, !limit.isPast { pause(.milliseconds(10), until: limit) }
    guard isAlive else {
      // Nobody would know of it.
      for process in Processes.ofSession(child) { _ = try? Processes.signal(process, SIGKILL) }
      throw HostError(reason: "\(program) \(task.word): did not take its lock; needs a look at the log")
    }
  }

  /// Ends the worker with all that it started, at once: whatever it was doing can be begun again. Afterwards not one process
  /// of its session is left.
  package func end(until deadline: Deadline) throws(HostError) {
    guard let leader = leader else { return }
    while true {
      let left = Processes.ofSession(leader)
      if left.isEmpty, !isAlive { return }
      for process in left { _ = try? Processes.signal(process, SIGKILL) }
      guard !deadline.isPast else {
        let pids = left.map { String($0.pid) }.joined(separator: " ")
        throw HostError(reason: "the \(task.word)'s processes do not end on SIGKILL: \(pids)")
      }
      pause(.milliseconds(5), until: deadline)
    }
  }

  /// The session that the last worker led; nil if no process of it can be left. While one is, the kernel gives its number
  /// to no new process.
  private var leader: Int32? {
    guard let owner = try? Files.owner(of: lockPath), owner == geteuid(),
      let text = try? Files.readText(lockPath, limit: 256)
    else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 3, let pid = Int32(words[0]), pid > 1, pid != currentProcess,
      let start = UInt64(words[1]), words[2] == Self.boot
    else { return nil }
    if let process = ProcessStatus.of(pid), process.startTime != start { return nil }
    return pid
  }

  private static var boot: String {
    let text = (try? Files.readText("/proc/sys/kernel/random/boot_id", limit: 64)) ?? "?"
    return String(text.filter { !$0.isWhitespace })
  }
}
