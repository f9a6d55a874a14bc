package import Host

/// What an instance keeps across restarts of its node: `/var/lib/martlet/RESOURCE`, for root alone.
package struct StateDirectory {
  /// The directory; it need not be there.
  package let path: String
  private let root: String

  /// For the resource `instance`.
  package init(instance: String, root: String = "/var/lib/martlet") {
    self.root = root
    path = "\(root)/\(fileName(of: instance))"
  }

  /// A file in it.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The directory is there afterwards.
  package func create() throws(HostError) {
    if !Files.isDirectory(root) { try Files.createDirectory(root, mode: 0o755) }
    if !Files.isDirectory(path) { try Files.createDirectory(path, mode: 0o700) }
  }
}
