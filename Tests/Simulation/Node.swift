import OCF
import Replication

/// One machine and its server.
struct Node {
  enum Server { case down, standby, primary }
  enum Login { case works, refused, full }
  /// As in the agents' markers: why it counts for nothing until a primary takes it back.
  enum Held { case diverged, leftBehind }

  let name: String
  var isPowered = true
  /// Which of the machines that are on it can reach: those of the same island.
  var island = 0

  var server = Server.standby
  /// Its processes are stopped by a signal.
  var isFrozen = false
  var login = Login.works
  /// Everything that is on its disk: executed, and received to be applied.
  var log = Log()
  /// How much of it is executed. Only a replica of MySQL lags there.
  var applied = 0
  /// The applier stopped at an error.
  var isApplierBroken = false
  /// Whom a standby receives from.
  var upstream: String?
  /// What its transactions are named by; a new one after a clone.
  var identity: UInt32
  /// How many of the log's entries of its own were there when they were last compared with a primary's.
  var verified: Int?

  /// What a primary's server goes by, and whether it is known to be in force.
  var rule = AcknowledgementRule.none
  var isRuleProven = true
  /// A replica's switch, where the source counts whoever acknowledges.
  var acknowledges = false

  /// This node's copy of the cluster's configuration.
  var configuration = Configuration()
  /// What the cluster believes that its instance is.
  var believed: InstanceRole?
  /// The promotion score; nil for none, or -INFINITY.
  var score: Int?
  /// An election moved it, and no monitor has looked since.
  var isScoreMoved = false
  /// What its agent remembers of its last life.
  var hasFailedAsPrimary = false
  var held: Held?
  var refusal: Refusal?
  /// What it said in an earlier election, and whether it ever was the primary.
  var formerVote: Log?
  var wasPrimary = false

  enum Refusal { case stuck, loss }

  init(name: String, identity: UInt32) {
    self.name = name
    self.identity = identity
  }

  /// Its server takes writes from clients.
  var isWritable: Bool { isPowered && server == .primary && !isFrozen }
  /// It can be asked.
  var answers: Bool { isPowered && server != .down && !isFrozen && login == .works }
  var own: Int { log.entries.count { $0.writer == identity } }
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
