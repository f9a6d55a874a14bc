import OCF
import Replication

/// Which server a schedule is played with.
enum Kind: CaseIterable {
  case postgresql, mysql, mariadb

  /// The server's rule names the standbys that count, or whoever acknowledges counts (semi-synchronous replication).
  var namesStandbys: Bool { self == .postgresql }
  /// A replica applies later what it has received.
  var appliesLater: Bool { self != .postgresql }
}

/// One agent's own tables of rules and its own positions, asked about a node of the simulation.
protocol Database {
  associatedtype History: Position

  /// What its server's log tells of how far it is.
  static func history(of node: Node, _ cluster: Cluster) -> History
  /// What the monitor answers.
  static func monitor(_ node: Node, _ cluster: Cluster) -> ExitCode
  /// Whether start launches its server; it does not where something of it runs.
  static func starts(_ node: Node, _ cluster: Cluster) -> Bool
  /// Whether promote goes on to ask the server.
  static func promotes(_ node: Node, _ cluster: Cluster) -> Bool
  /// It wrote something itself while it was a replica, of which nobody knows.
  static func isStray(_ node: Node, _ cluster: Cluster) -> Bool
  /// What the primary answers to the question whether a node may follow it.
  static func compare(_ node: Node, with primary: Node, _ cluster: Cluster) -> HistoryCheck
  /// What the cluster is told of an instance.
  static func health(_ node: Node, _ seen: Seen, _ cluster: Cluster) -> Health
}

/// What a monitor found out besides the server's answer.
struct Seen {
  var code: ExitCode
  var primary: String?
  var history: HistoryCheck = .notCompared
  var isDisconnectedTooLong = false
  var isUnverified = false
  var isStalled = false
}

extension Cluster {
  /// What it receives goes on where its own log ends.
  func isReceiving(_ node: Node) -> Bool {
    guard node.server == .standby, !node.isFrozen, let source = node.upstream.map({ self[$0] }) else {
      return false
    }
    return source.server != .down && !source.isFrozen && reaches(node, source)
  }
}
