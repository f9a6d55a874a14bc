internal import CPosix
internal import Glibc

/// The processes of this machine.
public enum Processes {
  /// Every process whose working directory is `directory`, except zombies and this one.
  ///
  /// Directories are compared by what they are (device and inode), so links and bind mounts do not hide a holder.
  /// Only root sees the holders of other users.
  public static func holders(of directory: String, proc: String = "/proc") -> [ProcessStatus] {
    let wanted = Files.attributes(of: directory)
    let path = (try? Files.realPath(directory)) ?? directory
    return all(proc: proc).compactMap { pid in
      guard pid != getpid(), isIn(wanted, path, pid, proc) else { return nil }
      guard let status = ProcessStatus.of(pid, proc: proc), !status.isZombie else { return nil }
      return status
    }
  }

  private static func isIn(_ wanted: stat?, _ path: String, _ pid: Int32, _ proc: String) -> Bool {
    if let wanted, let found = Files.attributes(of: "\(proc)/\(pid)/cwd") {
      if found.st_dev == wanted.st_dev, found.st_ino == wanted.st_ino { return true }
      // The directory was removed under it, and another has its name.
      return ProcessStatus.linkTarget("\(proc)/\(pid)/cwd") == path + " (deleted)"
    }
    // One of the two cannot be examined: the directory is gone, or its storage does not answer.
    guard let name = ProcessStatus.linkTarget("\(proc)/\(pid)/cwd") else { return false }
    return name == path || name == path + " (deleted)"
  }

  /// The processes whose parent is `pid`, zombies included.
  public static func children(of pid: Int32, proc: String = "/proc") -> [Int32] {
    let threads = (try? Files.list("\(proc)/\(pid)/task")) ?? []
    let lists = threads.map { try? Files.readText("\(proc)/\(pid)/task/\($0)/children") }
    if !lists.isEmpty, !lists.contains(nil) {
      return lists.compactMap { $0 }.flatMap { $0.split(separator: " ").compactMap { Int32($0) } }.sorted()
    }
    // Kernels without CONFIG_PROC_CHILDREN.
    return all(proc: proc).filter { ProcessStatus.of($0, proc: proc)?.parent == pid }
  }

  /// The same with what each shows as its arguments, which a server sets to say what a process of it does.
  public static func titles(ofChildrenOf pid: Int32) -> [(pid: Int32, title: String)] {
    children(of: pid).compactMap { child in
      (try? Files.readText("/proc/\(child)/cmdline", limit: 4096)).map { (child, $0) }
    }
  }

  /// Sends `signal` to exactly this process, never to another one that got its pid.
  /// - Returns: false if the process has ended.
  public static func signal(_ process: ProcessStatus, _ signal: Int32) throws(HostError) -> Bool {
    var result = signalHeld(process, signal)
    if result == nil {
      // Without a descriptor to hold it by, or with none left to look at it meanwhile.
      guard try isThere(process) else { return false }
      result = kill(process.pid, signal)
    }
    if result == 0 { return true }
    if errno == ESRCH { return false }
    throw HostError(
      "process \(process.pid) (\(process.command))", "cannot be sent signal \(signal)", errno: errno)
  }

  /// Nil if it could not be held, or is not seen to be alive while it is.
  private static func signalHeld(_ process: ProcessStatus, _ signal: Int32) -> Int32? {
    // Looked at after it is held: from here on the descriptor means this process or none.
    guard let descriptor = Descriptor.process(process.pid), (try? isThere(process)) == true else {
      return nil
    }
    return cposix_pidfd_send_signal(descriptor.number, signal)
  }

  /// Whether this very process is there and is not a zombie. One that cannot be looked at, because files have run out, is: what
  /// is not known to have ended has not.
  public static func isAlive(_ process: ProcessStatus) -> Bool { (try? isThere(process)) ?? true }

  private static func isThere(_ process: ProcessStatus) throws(HostError) -> Bool {
    let text: String
    do throws(HostError) {
      text = try Files.readText("/proc/\(process.pid)/stat")
    } catch {
      if error.errno == ENOENT || error.errno == ESRCH { return false }
      throw error
    }
    guard let now = ProcessStatus.parse(text) else { return false }
    return now.startTime == process.startTime && !ProcessStatus.isZombie(now.state)
  }

  /// Waits until this process has ended, reaped or not.
  /// - Returns: false if it is still there at the deadline.
  public static func waitForEnd(of process: ProcessStatus, until deadline: Deadline) -> Bool {
    var descriptor = Descriptor.process(process.pid)
    // Where descriptors have run out, it is seen only once this one is given back.
    if descriptor != nil, (try? isThere(process)) != true { descriptor = nil }
    while isAlive(process) {
      if deadline.isPast { return false }
      if let descriptor {
        wait(reading: [descriptor], until: deadline)
      } else {
        pause(.milliseconds(20), until: deadline)
      }
    }
    return true
  }

  private static func all(proc: String) -> [Int32] {
    ((try? Files.list(proc)) ?? []).compactMap { Int32($0) }
  }
}
