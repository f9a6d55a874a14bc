internal import Glibc

extension Files {
  /// Adds to the end of a file, or makes it; it is on the disk afterwards. A symbolic link is refused.
  public static func append(_ text: String, to path: String, mode: UInt32 = 0o600) throws(HostError) {
    let file = try open(
      path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: mode, "cannot be written")
    if let code = file.writeAll(Array(text.utf8)) {
      throw HostError(path, "cannot be written", errno: code.number)
    }
    guard fsync(file.number) == 0 else { throw HostError(path, "cannot be written", errno: errno) }
  }
}
