package import Host

/// Why a standby may not be promoted, kept where it survives a restart of the node: transient attributes do not, and
/// a node that was left behind must not come first after a power loss.
package struct HeldMarker {
  /// What is kept.
  package enum Kind: String {
    /// It lost the primary while the cluster still had it.
    case leftBehind = "left-behind"
    /// It has WAL that the primary has not.
    case diverged
    /// It belongs to another cluster.
    case foreign
  }

  private let directory: StateDirectory
  /// The file, for the operator who knows better and removes it.
  package let path: String

  /// For the resource `instance`.
  package init(instance: String) { self.init(StateDirectory(instance: instance)) }

  /// For the instance whose directory this is.
  init(_ directory: StateDirectory) {
    self.directory = directory
    path = directory.file("held")
  }

  /// What was noted; nil when the instance is not held.
  package var kind: Kind? {
    guard let text = try? Files.readText(path, limit: 4096),
      let word = text.split(whereSeparator: \.isWhitespace).first
    else { return nil }
    return Kind(rawValue: String(word)) ?? .leftBehind
  }

  /// Notes why.
  package func write(_ kind: Kind, because reason: String) throws(HostError) {
    if self.kind == kind { return }
    try directory.create()
    try Files.writeAtomically("\(kind.rawValue)\n\(reason)\n", to: path)
  }

  /// It has been brought back, and no monitor has seen it follow yet: what it has may count in an election, which may come
  /// before the monitor does.
  func noteBroughtBack() throws(HostError) {
    if kind == .diverged { try write(.leftBehind, because: "brought back, and not seen to follow since") }
  }

  /// The instance streams again, or is the primary.
  package func remove() {
    if Files.exists(path) { try? Files.remove(path) }
  }
}
