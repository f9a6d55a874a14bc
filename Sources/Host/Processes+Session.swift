internal import Glibc

extension Processes {
  /// The processes of a session, its leader among them, except zombies.
  public static func ofSession(_ leader: Int32, proc: String = "/proc") -> [ProcessStatus] {
    let pids = ((try? Files.list(proc)) ?? []).compactMap { Int32($0) }
    return pids.compactMap { pid in
      guard session(of: pid, proc: proc) == leader, let status = ProcessStatus.of(pid, proc: proc),
        !status.isZombie
      else { return nil }
      return status
    }
  }

  /// The sixth field (proc(5)); the second one may hold spaces and parentheses.
  private static func session(of pid: Int32, proc: String) -> Int32? {
    guard let text = try? Files.readText("\(proc)/\(pid)/stat", limit: 4096),
      let close = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: close)...].split(separator: " ")
    return fields.count > 3 ? Int32(fields[3]) : nil
  }
}
