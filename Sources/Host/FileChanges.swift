internal import CPosix
internal import Glibc

extension Files {
  /// Replaces the content of a file, or makes it. After a crash at any moment there is the old content or the new one,
  /// never a part. A symbolic link at `path` is replaced, not followed.
  public static func writeAtomically(_ text: String, to path: String, mode: UInt32 = 0o600) throws(HostError)
  {
    let (directory, name) = split(path)
    let (file, temporary) = try temporary(in: directory, for: name)
    do throws(HostError) {
      if let code = file.writeAll(Array(text.utf8)) {
        throw HostError(path, "cannot be written", errno: code.number)
      }
      // The mode as it was asked for, whatever the umask is.
      guard fchmod(file.number, mode) == 0, fsync(file.number) == 0, rename(temporary, path) == 0 else {
        throw HostError(path, "cannot be written", errno: errno)
      }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronize(directory)
  }

  /// Makes a directory and the missing ones above it. One that exists is left as it is.
  public static func createDirectory(_ path: String, mode: UInt32 = 0o700) throws(HostError) {
    if mkdir(path, mode) == 0 { return }
    let code = errno
    if code == EEXIST, isDirectory(path) { return }
    let parent = split(path).directory
    guard code == ENOENT, parent != path, !exists(parent) else {
      throw HostError(path, "cannot be created", errno: code)
    }
    try createDirectory(parent, mode: mode)
    guard mkdir(path, mode) == 0 || errno == EEXIST else {
      throw HostError(path, "cannot be created", errno: errno)
    }
  }

  /// Gives a directory to an account. A symbolic link is refused.
  public static func changeOwner(of directory: String, to user: User) throws(HostError) {
    let descriptor = try open(
      directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, "cannot be given to \(user.name)")
    guard fchown(descriptor.number, user.uid, user.gid) == 0 else {
      throw HostError(directory, "cannot be given to \(user.name)", errno: errno)
    }
  }

  /// Makes an empty file. One that exists is left as it is; a symbolic link is refused.
  public static func create(_ path: String, mode: UInt32 = 0o600) throws(HostError) {
    _ = try open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: mode, "cannot be created")
  }

  /// Removes a file. Nothing is there afterwards; it need not have been before.
  public static func remove(_ path: String) throws(HostError) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw HostError(path, "cannot be removed", errno: errno)
    }
  }

  /// A new file beside its target. Left-over ones of a crash, and links put in the way, are passed over.
  private static func temporary(in directory: String, for name: String) throws(HostError) -> (
    Descriptor, String
  ) {
    for attempt in 0..<100 {
      let path = "\(directory)/.\(name).\(getpid()).\(attempt)"
      switch Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600) {
      case .success(let file): return (file, path)
      case .failure(let code) where code.number == EEXIST: continue
      case .failure(let code):
        throw HostError("\(directory)/\(name)", "cannot be written", errno: code.number)
      }
    }
    throw HostError("\(directory)/\(name)", "cannot be written", errno: EEXIST)
  }

  /// The name in the directory is as durable as the content only after this (fsync(2)).
  private static func synchronize(_ directory: String) throws(HostError) {
    let descriptor = try open(directory, O_RDONLY | O_DIRECTORY, "cannot be synchronized")
    // Some file systems have nothing to do here and say so.
    guard fsync(descriptor.number) == 0 || errno == EINVAL else {
      throw HostError(directory, "cannot be synchronized", errno: errno)
    }
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = slash == path.startIndex ? "/" : String(path[..<slash])
    return (directory, String(path[path.index(after: slash)...]))
  }
}
