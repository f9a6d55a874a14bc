internal import CPosix
internal import Glibc

/// Unix sockets, and whose they are.
public enum Sockets {
  /// The process that listens on the other end of a connection; nil when this is no connected Unix socket.
  public static func peer(of descriptor: Int32) -> Int32? {
    let pid = cposix_peer(descriptor)
    return pid < 0 ? nil : pid
  }

  /// The process that accepts connections at `path`; nil when nobody does. It is found out by connecting.
  public static func listener(at path: String) throws(HostError) -> Int32? {
    let pid = cposix_listener(path)
    if pid < 0 { throw HostError(path, "cannot be connected to", errno: errno) }
    return pid == 0 ? nil : pid
  }

  /// Whether a process listens on a socket that was made at `path`; the file may be gone, or be another's by now.
  public static func isListening(_ pid: Int32, at path: String, proc: String = "/proc") -> Bool {
    let table = (try? Files.readText("\(proc)/\(pid)/net/unix", limit: 1 << 24)) ?? ""
    // Num RefCount Protocol Flags Type St Inode Path; __SO_ACCEPTCON is 1 << 16 (net/unix/af_unix.c, unix_seq_show).
    var sockets: Set<String> = []
    for line in table.utf8.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 7)
      guard fields.count == 8, let flags = UInt32(Substring(fields[3]), radix: 16), flags & 1 << 16 != 0,
        fields[7].elementsEqual(path.utf8)
      else { continue }
      sockets.insert("socket:[\(Substring(fields[6]))]")
    }
    if sockets.isEmpty { return false }
    let descriptors = (try? Files.list("\(proc)/\(pid)/fd")) ?? []
    return descriptors.contains { name in
      ProcessStatus.linkTarget("\(proc)/\(pid)/fd/\(name)").map { sockets.contains($0) } ?? false
    }
  }
}
