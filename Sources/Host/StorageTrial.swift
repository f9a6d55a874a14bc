internal import CPosix
internal import Glibc

/// What a child does to find out whether a file system takes writes. It may hang for ever in the kernel, where no signal ends it:
/// so nobody does this who has to answer.
public enum StorageTrial {
  /// The word by which the agent's program is told to be that child.
  public static let word = "storage-trial"

  /// The name of the file, in the directory that is tried. PostgreSQL, MySQL and MariaDB do not mind a file that they do not know.
  static let fileName = ".martlet-trial"
  private static let size = 1 << 20
  /// With less left a disk is as good as full: a promoted PostgreSQL, for one, begins a segment of WAL, which has 16 MiB, and ends
  /// where it cannot.
  public static let leastRoom: UInt64 = 32 << 20

  /// Writes a megabyte to a new file, forces it to the disk, and removes it, as `user`.
  /// - Returns: `sound`; or `full`, `read-only`, `failing` or `unknown`, and why.
  public static func run(in directory: String, as user: User) -> String {
    do throws(HostError) {
      return try acting(as: user) { () throws(HostError) in write("\(directory)/\(fileName)") }
    } catch {
      return "unknown \(error.reason)"
    }
  }

  private static func write(_ path: String) -> String {
    defer { unlink(path) }
    let file: Descriptor
    switch Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode: 0o600) {
    case .success(let opened): file = opened
    case .failure(let code): return verdict(code.number, path)
    }
    let zeros = [UInt8](repeating: 0, count: 1 << 16)
    var left = size
    while left > 0 {
      switch file.write(zeros[...]) {
      case .success(let count): left -= count
      case .failure(let code): return verdict(code.number, path)
      }
    }
    guard fsync(file.number) == 0 else { return verdict(errno, path) }
    return verdict(room: (try? Files.freeSpace(path)) ?? .max, path)
  }

  static func verdict(room: UInt64, _ path: String) -> String {
    room < leastRoom ? "full \(path): \(room >> 20) MiB are left" : "sound"
  }

  private static func verdict(_ code: Int32, _ path: String) -> String {
    let word =
      switch code {
      case ENOSPC, EDQUOT: "full"
      case EROFS: "read-only"
      case EIO, ENXIO, ENODEV, ESTALE: "failing"
      default: "unknown"
      }
    return "\(word) \(path): \(systemText(code))"
  }
}
