internal import Glibc

/// Pacemaker's command-line tools. They print and take the same in 2.1 and 3.0, which the C libraries do not.
///
/// Every call starts one process (about 10 ms, which some can spend with something else meanwhile) and ends within its limit. Use them as root: under `acting(as:)` they
/// would run as that user, and be refused.
public struct ClusterTools: Sendable {
  /// This node as Pacemaker calls it; nil if the agent was not told.
  public let node: String?
  /// The resource, without the ":N" of a clone instance.
  public let instance: String
  /// How long one call may take.
  public var limit: Duration
  /// When every call must have ended, whatever the limit says.
  public var deadline: Deadline?

  private let environment: [String: String]
  private let directories: [String]

  /// Pacemaker's exit code of a query for what is not set: "no such object" (105), and attrd_updater's 78 in 2.1.
  private static let notSet: Set<Int32> = [105, 78]

  /// - Parameters:
  ///   - environment: where Pacemaker's own variables (PCMK_, CIB_, HA_) are passed on from.
  ///   - directories: where the tools are looked for, in this order.
  public init(
    node: String?, instance: String, limit: Duration = .seconds(5), deadline: Deadline? = nil,
    environment: [String: String] = [:], directories: [String] = ["/usr/sbin", "/sbin", "/usr/bin"]
  ) {
    self.node = node
    self.instance = String(instance.prefix { $0 != ":" })
    self.limit = limit
    self.deadline = deadline
    self.environment = environment.filter { name, _ in
      name.hasPrefix("PCMK_") || name.hasPrefix("CIB_") || name.hasPrefix("HA_")
    }
    self.directories = directories
  }

  // MARK: The CIB

  /// The whole CIB as XML. `local` asks this node's copy, which answers without quorum and may be behind.
  public func queryCIB(local: Bool) throws(CommandError) -> [UInt8] {
    try answer("cibadmin", local ? ["--query", "--local"] : ["--query"], outputLimit: 64 << 20).outputBytes
  }

  /// The value of a cluster option; nil if it is not set. `set` is the id of its cluster_property_set.
  public func clusterOption(_ name: String, set: String) throws(CommandError) -> String? {
    try query("crm_attribute", clusterOption: name, set, ["--query", "--quiet"])
  }

  /// Writes a cluster option. It is in the CIB afterwards, on the nodes of this partition.
  public func setClusterOption(_ name: String, _ value: String, set: String) throws(CommandError) {
    _ = try query("crm_attribute", clusterOption: name, set, ["--update=\(value)"])
  }

  /// Removes a cluster option; it need not have been there.
  public func deleteClusterOption(_ name: String, set: String) throws(CommandError) {
    _ = try query("crm_attribute", clusterOption: name, set, ["--delete"])
  }

  private func query(
    _ tool: String, clusterOption name: String, _ set: String, _ command: [String]
  ) throws(CommandError) -> String? {
    try answerOrNil(tool, ["--type=crm_config", "--set-name=\(set)", "--name=\(name)"] + command)
  }

  /// The value of a cluster option in the copy of the configuration that `node` has; nil if it is not set there. It is that
  /// node's own daemon that answers: what is not answered is not known.
  public func clusterOption(_ name: String, on node: String) throws(CommandError) -> String? {
    // The name is part of an XPath expression; ids of resources, of which it is made, have no quotes.
    let path = "/cib/configuration/crm_config//nvpair[@name='\(name.filter { $0 != "'" })']"
    guard let text = try answerOrNil("cibadmin", ["--query", "--node=\(node)", "--xpath=\(path)"]) else {
      return nil
    }
    return XMLAttributes.elements(named: "nvpair", in: text).first { $0["name"] == name }?["value"]
  }

  // MARK: Promotion scores

  /// The promotion score of a node, this one if nil is given; nil if it has none.
  public func promotionScore(of node: String? = nil) throws(CommandError) -> PromotionScore? {
    guard let text = try answerOrNil("crm_attribute", promotion(node) + ["--query", "--quiet"]) else {
      return nil
    }
    guard let score = PromotionScore(text) else {
      throw notUnderstood("crm_attribute", "\"\(text)\" is not a promotion score")
    }
    return score
  }

  /// Sets the promotion score of a node, this one if nil is given, until it leaves the cluster.
  public func setPromotionScore(_ score: PromotionScore, of node: String? = nil) throws(CommandError) {
    // Only in this form: "-v=-1" would store "=-1", and "-v -1" reads as an option.
    _ = try answer("crm_attribute", promotion(node) + ["--update=\(score)"])
  }

  /// Removes the promotion score of a node; there need not have been one. A promoted instance is demoted by this.
  public func deletePromotionScore(of node: String? = nil) throws(CommandError) {
    _ = try answerOrNil("crm_attribute", promotion(node) + ["--delete"])
  }

  private func promotion(_ node: String?) -> [String] {
    at(node) + ["--lifetime=reboot", "--promotion=\(instance)"]
  }

  // MARK: Attributes

  /// Sets an attribute of a node, this one if nil is given, until it leaves the cluster. A private one is never in the
  /// CIB and starts no transition; what it is was decided when it was first set. A value that differs only in case is
  /// taken for the same one.
  public func setAttribute(
    _ name: String, _ value: String, isPrivate: Bool, of node: String? = nil, meanwhile: () -> Void = {}
  ) throws(CommandError) {
    let privately = isPrivate ? ["--private"] : []
    _ = try answer(
      "attrd_updater", ["--name=\(name)"] + at(node) + ["--update=\(Self.plain(value))"] + privately,
      meanwhile: meanwhile)
  }

  /// Without a locale, as Pacemaker starts agents, its tools refuse anything else: "Invalid byte sequence in conversion input".
  static func plain(_ text: String) -> String {
    text.map { $0.isASCII ? String($0) : $0 == "…" ? "..." : "?" }.joined()
  }

  /// Empties an attribute of a node, which is all Pacemaker does when it deletes one.
  /// - Parameter isPrivate: what it is from now on, if there was none: deleting makes one.
  public func deleteAttribute(
    _ name: String, isPrivate: Bool = false, of node: String? = nil, meanwhile: () -> Void = {}
  ) throws(CommandError) {
    let privately = isPrivate ? ["--private"] : []
    _ = try answerOrNil(
      "attrd_updater", ["--name=\(name)"] + at(node) + ["--delete"] + privately, meanwhile: meanwhile)
  }

  /// An attribute of a node, this one if nil is given; nil if it is not set or empty.
  public func attribute(_ name: String, of node: String? = nil) throws(CommandError) -> String? {
    guard let node = node ?? self.node else {
      // Pacemaker before 3.0 would answer with any node's value.
      throw .cannotStart(
        executable: "attrd_updater", reason: "the name of this node is not known", errno: nil)
    }
    return try attributes("--node=\(node)", name)[node]
  }

  /// Makes the attribute daemon write every value it holds to the CIB once more. Needed where the CIB lost them and the
  /// daemon did not: it ignores an update to the value that it holds.
  public func refreshAttributes() throws(CommandError) {
    _ = try answer("attrd_updater", ["--refresh"])
  }

  /// An attribute of every node that has it, by node; empty values are left out.
  public func attributeOfEveryNode(_ name: String, meanwhile: () -> Void = {}) throws(CommandError)
    -> [String: String]
  {
    try attributes("--all", name, meanwhile: meanwhile)
  }

  private func attributes(
    _ which: String, _ name: String, meanwhile: () -> Void = {}
  ) throws(CommandError) -> [String: String] {
    // As XML: the text form cannot be taken apart when a value holds quotes.
    let arguments = ["--name=\(name)", which, "--query", "--output-as=xml"]
    guard let text = try answerOrNil("attrd_updater", arguments, meanwhile: meanwhile) else { return [:] }
    var values: [String: String] = [:]
    for element in XMLAttributes.elements(named: "attribute", in: text) {
      guard element["name"] == name, let host = element["host"], let value = element["value"], !value.isEmpty
      else {
        continue
      }
      values[host] = value
    }
    return values
  }

  // MARK: The node

  /// The name of this node, asked from the cluster.
  public func nodeName() throws(CommandError) -> String {
    let name = try answer("crm_node", ["--name"]).output.trimmed
    guard !name.isEmpty else { throw notUnderstood("crm_node", "no name") }
    return name
  }

  /// Whether this node's partition has quorum.
  public func hasQuorum() throws(CommandError) -> Bool {
    try answer("crm_node", ["--quorum"]).output.trimmed == "1"
  }

  /// Whether Corosync says so, too: the controller keeps what it heard last, also while Corosync is frozen. Nil on a node that
  /// has no Corosync (Pacemaker Remote).
  public func hasQuorumInCorosync() throws(CommandError) -> Bool? {
    let result: CommandResult
    do throws(CommandError) {
      result = try run("corosync-quorumtool", ["-s"], outputLimit: 1 << 20)
    } catch {
      if case .cannotStart(_, _, ENOENT) = error { return nil }
      throw error
    }
    // Its exit code is 1 with quorum and 0 without (corosync-quorumtool(8)); an error is 2 and more.
    let words = result.output.split(whereSeparator: \.isWhitespace)
    guard let place = words.firstIndex(of: "Quorate:"), place + 1 < words.endIndex else {
      throw failure("corosync-quorumtool", result)
    }
    return words[place + 1] == "Yes"
  }

  /// The CIB as it was last written to the disk: Pacemaker need not run for that.
  public static func storedCIB(_ path: String = "/var/lib/pacemaker/cib/cib.xml") -> [UInt8]? {
    try? Files.read(path, limit: 64 << 20)
  }

  /// Reports this resource as failed on this node, so that the cluster recovers it at once.
  public func failResource() throws(CommandError) {
    _ = try answer("crm_resource", ["--fail", "--resource=\(instance)"] + at(nil))
  }

  // MARK: Running them

  /// Runs one of them, and returns what it printed, of 64 MiB at most.
  public func output(of tool: String, _ arguments: [String]) throws(CommandError) -> String {
    try answer(tool, arguments, outputLimit: 64 << 20).output
  }

  private func at(_ node: String?) -> [String] {
    (node ?? self.node).map { ["--node=\($0)"] } ?? []
  }

  private func answer(
    _ tool: String, _ arguments: [String], outputLimit: Int = 1 << 20, meanwhile: () -> Void = {}
  ) throws(CommandError) -> CommandResult {
    let result = try run(tool, arguments, outputLimit: outputLimit, meanwhile: meanwhile)
    guard result.succeeded else { throw failure(tool, result) }
    return result
  }

  /// The trimmed output; nil if the tool says that there is no such thing.
  private func answerOrNil(
    _ tool: String, _ arguments: [String], meanwhile: () -> Void = {}
  ) throws(CommandError) -> String? {
    let result = try run(tool, arguments, outputLimit: 1 << 20, meanwhile: meanwhile)
    if let code = result.exitCode, Self.notSet.contains(code) { return nil }
    guard result.succeeded else { throw failure(tool, result) }
    return result.output.trimmed
  }

  private func run(
    _ tool: String, _ arguments: [String], outputLimit: Int, meanwhile: () -> Void = {}
  ) throws(CommandError) -> CommandResult {
    let places = directories.map { "\($0)/\(tool)" }
    guard let executable = places.first(where: Files.exists) else {
      let reason = "not found in \(directories.joined(separator: ", ")); is Pacemaker installed?"
      throw .cannotStart(executable: tool, reason: reason, errno: ENOENT)
    }
    var command = Command(executable, arguments, environment: environment)
    command.outputLimit = outputLimit
    let end = Deadline(after: limit)
    return try command.run(until: deadline.map { min($0, end) } ?? end, meanwhile: meanwhile)
  }

  private func failure(_ tool: String, _ result: CommandResult) -> CommandError {
    let message = result.errors.trimmed.isEmpty ? result.output.trimmed : result.errors.trimmed
    let line = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return .failed(executable: tool, ending: result.ending, message: line)
  }

  private func notUnderstood(_ tool: String, _ message: String) -> CommandError {
    .failed(executable: tool, ending: .exited(0), message: message)
  }
}

extension String {
  /// Without white space at both ends.
  fileprivate var trimmed: String {
    let rest = drop { $0.isWhitespace }
    return String(rest.reversed().drop { $0.isWhitespace }.reversed())
  }
}
