internal import Glibc

/// A file that one process at a time holds. The kernel lets go of it when that process ends, however it ends.
public final class FileLock {
  private let file: Descriptor

  private init(_ file: Descriptor) { self.file = file }

  /// Takes the lock and writes `content` into the file; nil if another process holds it.
  public static func take(_ path: String, content: String, until deadline: Deadline) throws(HostError)
    -> FileLock?
  {
    let file = try Files.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600, "cannot be locked")
    // Whoever only asks holds it for a moment.
    while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw HostError(path, "cannot be locked", errno: errno)
      }
      if deadline.isPast { return nil }
      pause(.milliseconds(20), until: deadline)
    }
    guard ftruncate(file.number, 0) == 0, file.writeAll(Array(content.utf8)) == nil else {
      throw HostError(path, "cannot be written", errno: errno)
    }
    return FileLock(file)
  }

  /// Whether some process holds it now.
  public static func isHeld(_ path: String) -> Bool {
    guard let file = try? Files.open(path, O_RDONLY | O_NOFOLLOW, "") else { return false }
    return flock(file.number, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}
