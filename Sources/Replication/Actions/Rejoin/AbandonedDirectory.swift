package import Host

/// Where what an instance had and its primary had not is kept: `/var/lib/martlet/RESOURCE/abandoned/TIME`, for root alone.
package struct AbandonedDirectory {
  /// The directory.
  package let path: String

  /// A new one.
  package static func create(in directory: StateDirectory, at seconds: Int64 = secondsSinceEpoch())
    throws(HostError) -> AbandonedDirectory
  {
    try directory.create()
    let above = directory.file("abandoned")
    try Files.createDirectory(above, mode: 0o700)
    var path = "\(above)/\(timeText(seconds, .compact))"
    var number = 1
    while Files.exists(path) {
      number += 1
      path = "\(above)/\(timeText(seconds, .compact))-\(number)"
    }
    try Files.createDirectory(path, mode: 0o700)
    return AbandonedDirectory(path: path)
  }

  /// One that was made before.
  package init(path: String) { self.path = path }

  /// A file in it.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// A directory in it; it is there afterwards.
  package func directory(_ name: String) throws(HostError) -> AbandonedDirectory {
    try Files.createDirectory(file(name), mode: 0o700)
    return AbandonedDirectory(path: file(name))
  }

  /// Copies a file of `user`'s into it and returns its length.
  @discardableResult
  package func keep(_ source: String, of user: User, as name: String) throws(HostError) -> UInt64 {
    try Files.copy(source, as: user, to: file(name), as: try User.current)
  }

  /// Makes sure that there is room for `bytes` and a little more.
  package func needs(_ bytes: UInt64) throws(HostError) {
    let free = try Files.freeSpace(path)
    let wanted = bytes + (64 << 20)
    guard free >= wanted else {
      throw HostError(
        reason:
          "\(path): has \(free >> 20) MiB of space left; needs \(wanted >> 20) MiB to keep what is abandoned")
    }
  }
}
