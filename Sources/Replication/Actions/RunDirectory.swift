internal import Glibc
package import Host

/// What the agent remembers of an instance until the node restarts: in the run directory of resource agents, which is
/// empty after a boot, like the transient attributes of the node.
package struct RunDirectory {
  private let directory: String
  private let stem: String

  /// For one instance of `agent`.
  package init(agent: String, instance: String, environment: [String: String]) {
    // HA_RSCTMP is how Pacemaker's own tools name another place; only root sets it for an agent.
    let given = environment["HA_RSCTMP"] ?? ""
    directory = given.hasPrefix("/") ? given : "/run/resource-agents"
    stem = "\(directory)/martlet-\(agent)-\(fileName(of: instance))"
  }

  /// The parameters that the instance was started with, by name; nil when it was not started by the agent.
  package var startParameters: [String: String]? { read("started") }

  /// What the monitors remember.
  package var memory: Memory { Memory(read("memory") ?? [:]) }

  /// Keeps the parameters: Pacemaker passes the new ones to demote and notify, while the old ones still hold.
  package func save(startParameters: [String: String]) throws(HostError) {
    try write("started", startParameters)
  }

  /// Keeps what the monitors remember.
  package func save(_ memory: Memory) throws(HostError) { try write("memory", memory.fields) }

  /// Since when what the node told of its position has been standing, in seconds since the boot; nil when nothing does. A file
  /// of its own, for actions keep what monitors remember while others change it.
  var voteSince: Int64? { read("vote")?["since"].flatMap { Int64($0) } }

  /// Notes that it stands.
  func noteVote(at now: Int64) throws(HostError) { try write("vote", ["since": String(now)]) }

  /// Notes that it does not.
  func forgetVote() { try? Files.remove(stem + ".vote") }

  /// A sentinel found that this server does nothing, and its first thread has not been on a processor since.
  package func isMute(_ server: ProcessStatus) -> Bool {
    guard let noted = read("mute")?["server"], let switches = Activity.switches(of: server.pid) else {
      return false
    }
    return noted == "\(server.identity) \(switches)"
  }

  /// Notes that it is so, and how often its first thread had been on a processor when that was found out.
  func noteMute(_ server: ProcessStatus, _ switches: UInt64) throws(HostError) {
    try write("mute", ["server": "\(server.identity) \(switches)"])
  }

  /// Notes that it is not so, or nobody was told.
  func forgetMute() { try? Files.remove(stem + ".mute") }

  /// Forgets how the instance was started.
  package func forgetStart() { try? Files.remove(stem + ".started") }

  /// A file of the instance's in it.
  package func file(_ kind: String) -> String { "\(stem).\(kind)" }

  /// The directory is there afterwards.
  package func create() throws(HostError) {
    if !Files.isDirectory(directory) { try Files.createDirectory(directory, mode: 0o755) }
  }

  private func read(_ kind: String) -> [String: String]? {
    let path = "\(stem).\(kind)"
    // Written by root for root; whatever another user put there instead is not ours.
    guard let owner = try? Files.owner(of: path), owner == geteuid(), let text = try? Files.readText(path)
    else {
      return nil
    }
    return parseFields(text)
  }

  private func write(_ kind: String, _ fields: [String: String]) throws(HostError) {
    try create()
    let lines = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }
    try Files.writeAtomically(lines.joined(), to: "\(stem).\(kind)", mode: 0o600)
  }
}
