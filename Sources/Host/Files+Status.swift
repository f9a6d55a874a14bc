internal import Glibc

extension Files {
  /// Who owns a file and what others may do with it.
  public struct Status: Sendable, Equatable {
    /// The owner's user id.
    public let owner: UInt32
    /// The permission bits.
    public let mode: UInt32
  }

  /// Owner and permissions of what `path` leads to.
  public static func status(of path: String) throws(HostError) -> Status {
    guard let found = attributes(of: path) else { throw HostError(path, "cannot be examined", errno: errno) }
    return Status(owner: found.st_uid, mode: UInt32(found.st_mode & 0o7777))
  }

  /// The length of a file in bytes.
  public static func size(of path: String) throws(HostError) -> Int64 {
    guard let found = attributes(of: path) else { throw HostError(path, "cannot be examined", errno: errno) }
    return Int64(found.st_size)
  }
}
