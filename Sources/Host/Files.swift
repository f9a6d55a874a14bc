internal import CPosix
internal import Glibc

/// Files, one system call's worth of trust at a time. Everything happens as the user this process acts as.
public enum Files {
  /// The content of a file; an error if it is longer than `limit` bytes.
  public static func read(_ path: String, limit: Int = 1 << 20) throws(HostError) -> [UInt8] {
    try read(try open(path, O_RDONLY | O_NONBLOCK, "cannot be read"), path, limit: limit)
  }

  static func read(_ file: Descriptor, _ path: String, limit: Int) throws(HostError) -> [UInt8] {
    var bytes: [UInt8] = []
    // Until the end of file: the size of what is in /proc is not known before.
    while true {
      switch file.read(into: &bytes, atMost: min(65536, limit + 1)) {
      case .end: return bytes
      case .bytes:
        guard bytes.count <= limit else {
          throw HostError(reason: "\(path): is longer than \(limit) bytes", errno: EFBIG)
        }
      case .nothingNow: throw HostError(path, "cannot be read", errno: EAGAIN)
      case .failed(let code): throw HostError(path, "cannot be read", errno: code.number)
      }
    }
  }

  /// The content of a file as text; what is not UTF-8 becomes U+FFFD.
  public static func readText(_ path: String, limit: Int = 1 << 20) throws(HostError) -> String {
    String(decoding: try read(path, limit: limit), as: UTF8.self)
  }

  /// The last `count` bytes of a file as text, or all of it if it is shorter.
  public static func tail(_ path: String, bytes count: Int) throws(HostError) -> String {
    let file = try open(path, O_RDONLY | O_NONBLOCK, "cannot be read")
    var found = stat()
    guard fstat(file.number, &found) == 0 else { throw HostError(path, "cannot be read", errno: errno) }
    lseek(file.number, max(0, found.st_size - count), SEEK_SET)
    var bytes: [UInt8] = []
    // A file that grows meanwhile gives no more than was asked for.
    while bytes.count < count, case .bytes = file.read(into: &bytes, atMost: count - bytes.count) {}
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether `path` leads to something. A symbolic link to nowhere does not; nor does what may not be looked at.
  public static func exists(_ path: String) -> Bool {
    attributes(of: path) != nil
  }

  /// Whether `path` leads to a directory.
  public static func isDirectory(_ path: String) -> Bool {
    attributes(of: path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
  }

  /// The user id that owns what `path` leads to.
  public static func owner(of path: String) throws(HostError) -> UInt32 {
    var found = stat()
    guard stat(path, &found) == 0 else { throw HostError(path, "cannot be examined", errno: errno) }
    return found.st_uid
  }

  /// The path without symbolic links, "." and "..".
  public static func realPath(_ path: String) throws(HostError) -> String {
    guard let resolved = realpath(path, nil) else {
      throw HostError(path, "cannot be resolved", errno: errno)
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The names in a directory, sorted, without "." and "..".
  public static func list(_ directory: String) throws(HostError) -> [String] {
    guard let stream = opendir(directory) else {
      throw HostError(directory, "cannot be listed", errno: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      // d_name is longer than the tuple says on some file systems: read it where it is.
      let name = UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 0)
      names.append(String(cString: name.assumingMemoryBound(to: CChar.self)))
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  /// Bytes an ordinary user can still write on the file system of `path`.
  public static func freeSpace(_ path: String) throws(HostError) -> UInt64 {
    var found = statvfs()
    guard statvfs(path, &found) == 0 else { throw HostError(path, "cannot be examined", errno: errno) }
    return UInt64(found.f_bavail) * UInt64(found.f_frsize)
  }

  /// Whether the file system of `path` is mounted read-only; false where that cannot be told.
  public static func isReadOnly(_ path: String) -> Bool {
    var found = statvfs()
    return statvfs(path, &found) == 0 && found.f_flag & UInt(ST_RDONLY) != 0
  }

  static func attributes(of path: String) -> stat? {
    var found = stat()
    return stat(path, &found) == 0 ? found : nil
  }

  static func open(
    _ path: String, _ flags: Int32, mode: UInt32 = 0, _ problem: String
  ) throws(HostError) -> Descriptor {
    switch Descriptor.open(path, flags, mode: mode) {
    case .success(let file): return file
    case .failure(let code): throw HostError(path, problem, errno: code.number)
    }
  }
}
