/// Where a server listens on this machine.
public enum ListeningSockets {
  /// The paths of the Unix sockets on which a process listens, in order; empty when that cannot be found out.
  public static func paths(of pid: Int32, proc: String = "/proc") -> [String] {
    let descriptors = (try? Files.list("\(proc)/\(pid)/fd")) ?? []
    let held = Set(descriptors.compactMap { ProcessStatus.linkTarget("\(proc)/\(pid)/fd/\($0)") })
    let text = (try? Files.readText("\(proc)/\(pid)/net/unix", limit: 1 << 22)) ?? ""
    var paths: Set<String> = []
    for line in text.split(separator: "\n").dropFirst() {
      // Num RefCount Protocol Flags Type St Inode Path; the flag is __SO_ACCEPTCON (proc(5)).
      let fields = line.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: true)
      guard fields.count == 8, fields[3] == "00010000", fields[7].hasPrefix("/"),
        held.contains("socket:[\(fields[6])]")
      else { continue }
      paths.insert(String(fields[7]))
    }
    return paths.sorted()
  }
}
