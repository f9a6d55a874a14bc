import OCF
import Replication

/// All machines, and what clients were told.
struct Cluster {
  var nodes: [Node]
  let mutation: Mutation
  let kind: Kind
  var policy = DurabilityPolicy.quorum
  var acknowledgements = 1
  var pending: [Pending] = []
  /// Commits that a client was told of while the cluster promised something.
  var acknowledged: Set<Int> = []
  var lastEntry = 0
  var lastIdentity: UInt32
  /// Of those that were taken by hand.
  var lastTimeline: UInt32 = 1000
  /// Somebody wrote by hand where nobody should: the histories may need an operator.
  var wasTamperedWith = false
  let trace: Trace

  init(count: Int, kind: Kind, mutation: Mutation, trace: Trace) {
    nodes = (1...count).map { Node(name: Self.name($0), identity: UInt32($0)) }
    for index in nodes.indices { nodes[index].score = ScoreLevel.standby }
    for index in nodes.indices { nodes[index].believed = .unpromoted }
    lastIdentity = UInt32(count)
    self.kind = kind
    self.trace = trace
    self.mutation = mutation
  }

  /// Each name is the beginning of the next: n, n1, n11.
  static func name(_ number: Int) -> String { "n" + String(repeating: "1", count: number - 1) }

  subscript(name: String) -> Node {
    get { nodes.first { $0.name == name } ?? Node(name: name, identity: 0) }
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

  /// The node that the cluster believes is the primary, as those on the side of `node` see it.
  func primary(for node: Node) -> Node? {
    side(of: node).first { $0.believed == .promoted && $0.name != node.name }
  }

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

  func note(_ line: @autoclosure () -> String) { trace.lines?.append(line()) }
}

/// What happened, in words; nothing is written down while `lines` is nil.
final class Trace {
  var lines: [String]?

  init(_ isWanted: Bool) { lines = isWanted ? [] : nil }
}
