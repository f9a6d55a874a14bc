import Replication

/// One machine and its server.
struct Node {
  enum Server { case down, standby, primary }

  let name: String
  var isPowered = true
  /// Which of the machines that are on it can reach: those of the same island.
  var island = 0
  var server = Server.standby
  var log = Log()
  /// Whom a standby follows.
  var upstream: String?
  /// What a primary's server goes by, and whether it is known to be in force.
  var rule = AcknowledgementRule.none
  var isRuleProven = true
  /// A replica's switch, where the source counts whoever acknowledges.
  var acknowledges = false
  /// This node's copy of the cluster's configuration.
  var configuration = Configuration()
  /// What it said in an earlier election.
  var formerVote: Log?
}

/// What the cluster's configuration holds of the resource, and how new it is.
struct Configuration: Equatable {
  var epoch = 0
  var record: DurabilityRecord?
}

/// A commit that a client waits for.
struct Pending {
  let number: Int
  let primary: String
  /// Nodes that have confirmed it.
  var confirmed: Set<String> = []
}

/// All machines, and what clients were told.
struct Cluster {
  var nodes: [Node]
  /// The server's rule names the standbys that count (PostgreSQL), or whoever acknowledges counts (semi-synchronous replication).
  let namesStandbys: Bool
  /// Replicas acknowledge as soon as they follow, members or not: a mutation.
  var invitesEverybody = false
  var policy = DurabilityPolicy.quorum
  var acknowledgements = 1
  var pending: [Pending] = []
  /// Commits that a client was told of while the cluster promised something.
  var acknowledged: Set<Int> = []
  var lastCommit = 0
  var trace: [String] = []

  init(count: Int, namesStandbys: Bool) {
    nodes = (0..<count).map { Node(name: "n\($0)") }
    self.namesStandbys = namesStandbys
  }

  subscript(name: String) -> Node {
    get { nodes.first { $0.name == name } ?? Node(name: name) }
    set { if let index = nodes.firstIndex(where: { $0.name == name }) { nodes[index] = newValue } }
  }

  func reaches(_ one: Node, _ other: Node) -> Bool {
    one.isPowered && other.isPowered && one.island == other.island
  }

  /// The nodes on this one's side, itself among them.
  func side(of node: Node) -> [Node] { nodes.filter { reaches(node, $0) } }

  func hasQuorum(_ node: Node) -> Bool { side(of: node).count * 2 > nodes.count }

  /// The nodes that a quorum makes up; empty if there is none.
  var quorum: [Node] { nodes.first(where: hasQuorum).map(side) ?? [] }

  /// Whoever is on one side has the newest configuration of it.
  mutating func exchangeConfigurations() {
    for island in Set(nodes.map(\.island)) {
      let here = nodes.indices.filter { nodes[$0].isPowered && nodes[$0].island == island }
      guard let newest = here.map({ nodes[$0].configuration }).max(by: { $0.epoch < $1.epoch }) else {
        continue
      }
      for index in here { nodes[index].configuration = newest }
    }
  }

  mutating func write(_ record: DurabilityRecord?, by name: String) {
    let writer = self[name]
    let epoch = writer.configuration.epoch + 1
    for node in side(of: writer) {
      self[node.name].configuration = Configuration(epoch: epoch, record: record)
    }
  }

  mutating func note(_ line: String) { trace.append(line) }
}
