internal import CPosix
internal import Glibc

extension Files {
  /// Copies a regular file to a new one, and returns its length. What is there already is replaced.
  /// - Parameters:
  ///   - reader: who reads it; a symbolic link must not make root read for another.
  ///   - writer: whose the copy is.
  public static func copy(
    _ source: String, as reader: User, to target: String, as writer: User, mode: UInt32 = 0o600
  ) throws(HostError) -> UInt64 {
    let input = try acting(as: reader) { () throws(HostError) in
      try open(source, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, "cannot be read")
    }
    var found = stat()
    guard fstat(input.number, &found) == 0, found.st_mode & S_IFMT == S_IFREG else {
      throw HostError(reason: "\(source): is no ordinary file")
    }
    let output = try acting(as: writer) { () throws(HostError) in
      try remove(target)
      return try open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode, "cannot be written")
    }
    var count: UInt64 = 0
    while true {
      var bytes: [UInt8] = []
      switch input.read(into: &bytes, atMost: 1 << 20) {
      case .end:
        guard fsync(output.number) == 0 else { throw HostError(target, "cannot be written", errno: errno) }
        return count
      case .bytes(let length):
        if let code = output.writeAll(bytes) {
          throw HostError(target, "cannot be written", errno: code.number)
        }
        count += UInt64(length)
      case .nothingNow: throw HostError(source, "cannot be read", errno: EAGAIN)
      case .failed(let code): throw HostError(source, "cannot be read", errno: code.number)
      }
    }
  }

  /// Whether something is mounted at `path`, which has no symbolic links: it can then not be renamed.
  public static func isMountPoint(_ path: String) -> Bool {
    if let own = attributes(of: path), let above = attributes(of: path + "/.."),
      own.st_dev != above.st_dev || own.st_ino == above.st_ino
    {
      return true
    }
    // A directory that is mounted from the same file system. The fifth field is the place (proc(5)).
    let mounts = (try? readText("/proc/self/mountinfo", limit: 1 << 24)) ?? ""
    let escaped = path.replacing(" ", with: "\\040")
    return mounts.split(separator: "\n").contains { line in
      line.split(separator: " ").dropFirst(4).first.map { $0 == escaped } ?? false
    }
  }

  /// Whether `path` itself is a symbolic link.
  public static func isSymbolicLink(_ path: String) -> Bool {
    var found = stat()
    return lstat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFLNK
  }

  /// Whether this process, as whom it acts, may make and remove names in a directory.
  public static func isWritable(_ directory: String) -> Bool {
    faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0
  }

  /// Lets two names change places, at once: at no moment is one of them missing. Both are on the disk afterwards.
  public static func exchange(_ one: String, _ other: String) throws(HostError) {
    guard cposix_exchange(one, other) == 0 else {
      throw HostError("\(one) and \(other)", "cannot change places", errno: errno)
    }
    sync()
  }

  /// Gives a file or directory another name. A file that has it is replaced.
  public static func move(_ path: String, to name: String) throws(HostError) {
    guard rename(path, name) == 0 else { throw HostError(path, "cannot be renamed", errno: errno) }
  }

  /// Removes an empty directory; it need not have been there.
  public static func removeDirectory(_ path: String) throws(HostError) {
    guard rmdir(path) == 0 || errno == ENOENT else {
      throw HostError(path, "cannot be removed", errno: errno)
    }
  }
}
