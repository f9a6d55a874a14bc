internal import Glibc
internal import Host
internal import OCF

/// What the agent remembers of an instance until the node restarts: in the run directory of resource agents, which is
/// empty after a boot, like the transient attributes of the node.
struct RunDirectory {
  private let directory: String
  private let stem: String

  init(instance: String, environment: [String: String]) {
    // HA_RSCTMP is how Pacemaker's own tools name another place; only root sets it for an agent.
    let given = environment["HA_RSCTMP"] ?? ""
    directory = given.hasPrefix("/") ? given : "/run/resource-agents"
    stem = "\(directory)/martlet-postgresql-\(fileName(of: instance))"
  }

  /// The parameters that the instance was started with, by name; nil when it was not started by the agent.
  var startParameters: [String: String]? { read("started") }

  /// What the monitors remember.
  var memory: Memory { Memory(read("memory") ?? [:]) }

  /// Keeps the parameters: Pacemaker passes the new ones to demote and notify, while the old ones still hold.
  func save(startParameters: [String: String]) throws(HostError) { try write("started", startParameters) }

  /// Keeps what the monitors remember.
  func save(_ memory: Memory) throws(HostError) { try write("memory", memory.fields) }

  /// Forgets how the instance was started.
  func forgetStart() { try? Files.remove(stem + ".started") }

  private func read(_ kind: String) -> [String: String]? {
    let path = "\(stem).\(kind)"
    // Written by root for root; whatever another user put there instead is not ours.
    guard let owner = try? Files.owner(of: path), owner == geteuid(), let text = try? Files.readText(path)
    else {
      return nil
    }
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      fields[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    return fields
  }

  private func write(_ kind: String, _ fields: [String: String]) throws(HostError) {
    if !Files.isDirectory(directory) { try Files.createDirectory(directory, mode: 0o755) }
    let lines = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }
    try Files.writeAtomically(lines.joined(), to: "\(stem).\(kind)", mode: 0o600)
  }
}

/// What the monitors of an instance remember from one to the next.
struct Memory: Equatable {
  /// The fields as they are kept.
  private(set) var fields: [String: String]

  init(_ fields: [String: String] = [:]) { self.fields = fields }

  subscript(name: String) -> String? {
    get { fields[name] }
    set { fields[name] = newValue }
  }

  /// Since when something holds, in seconds since the boot; nil when it does not.
  func since(_ name: String) -> Int64? { fields[name].flatMap { Int64($0) } }

  /// Notes that something holds now, or no longer, and returns for how long it has.
  mutating func track(_ name: String, holds: Bool, now: Int64) -> Duration {
    guard holds else {
      fields[name] = nil
      return .zero
    }
    let start = since(name) ?? now
    fields[name] = String(start)
    return .seconds(max(0, now - start))
  }

  /// What was last told the cluster, by attribute name; `score` is the promotion score.
  func published(_ name: String) -> String? { fields["published." + name] }

  /// Notes what was told the cluster; nil means that it is not known.
  mutating func notePublished(_ name: String, _ value: String?) { fields["published." + name] = value }

  /// Forgets what was told the cluster, so that it is told again.
  mutating func forgetPublished() {
    fields = fields.filter { !$0.key.hasPrefix("published.") }
  }

  /// A primary failed under the monitor, and has neither followed nor been promoted since.
  var failedAsPrimary: Bool {
    get { fields["failed-as-primary"] == "1" }
    set { fields["failed-as-primary"] = newValue ? "1" : nil }
  }

  /// The last monitor found a failure, so a stop is not a planned one.
  var hasFailed: Bool {
    get { fields["failed"] == "1" }
    set { fields["failed"] = newValue ? "1" : nil }
  }
}

/// A resource's name as a part of a path: nothing in it leads elsewhere.
func fileName(of resource: String) -> String {
  String(resource.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" })
}

/// Seconds since the boot, suspended time included.
func secondsSinceBoot() -> Int64 {
  var time = timespec()
  return clock_gettime(CLOCK_BOOTTIME, &time) == 0 ? Int64(time.tv_sec) : 0
}

/// Seconds since the epoch.
func secondsSinceEpoch() -> Int64 {
  var time = timespec()
  return clock_gettime(CLOCK_REALTIME, &time) == 0 ? Int64(time.tv_sec) : 0
}
