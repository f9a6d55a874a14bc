internal import Glibc

extension Files {
  /// A file and whose it is, of one opening: nothing can be put in its place between the two.
  public struct Private: Sendable, Equatable {
    /// What is in it; what is not UTF-8 becomes U+FFFD.
    public let text: String
    /// Whose it is.
    public let status: Status
  }

  /// Reads a file that is no symbolic link; an error if it is longer than `limit` bytes.
  public static func readPrivate(_ path: String, limit: Int) throws(HostError) -> Private {
    let file = try open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, "cannot be read")
    var found = stat()
    guard fstat(file.number, &found) == 0 else { throw HostError(path, "cannot be examined", errno: errno) }
    guard found.st_mode & S_IFMT == S_IFREG else { throw HostError(reason: "\(path): is no ordinary file") }
    let bytes = try read(file, path, limit: limit)
    return Private(
      text: String(decoding: bytes, as: UTF8.self),
      status: Status(owner: found.st_uid, mode: UInt32(found.st_mode & 0o7777)))
  }

  /// Whether nobody but root can put another file at `path`: root owns every directory above it, and nobody else may write
  /// to one. A symbolic link on the way is none of root's alone.
  public static func isRootsAlone(_ path: String) -> Bool {
    var directory = path[...]
    while let slash = directory.lastIndex(of: "/") {
      directory = directory[..<slash]
      var found = stat()
      guard lstat(directory.isEmpty ? "/" : String(directory), &found) == 0, found.st_uid == 0,
        found.st_mode & S_IFMT == S_IFDIR, found.st_mode & 0o022 == 0
      else { return false }
    }
    return path.hasPrefix("/")
  }
}
