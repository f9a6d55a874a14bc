package import CIB
package import OCF
package import Replication

/// What a look at a primary says of its acknowledgements.
package struct AcknowledgementLook: Equatable {
  /// What the server goes by, known to be in force; nil when it is not known, or not the agent's.
  package var rule: AcknowledgementRule?
  /// Nodes that stream and have caught up.
  package var streaming: Set<String>
  /// Those of them that have everything that was committed at the mark.
  package var complete: Set<String> = []
  /// How many acknowledge, where the server knows the number and not the names.
  package var number: Int?
  /// How many receive at all, where the server does not know the names.
  package var connected: Int?

  package init(rule: AcknowledgementRule?, streaming: Set<String>) {
    self.rule = rule
    self.streaming = streaming
  }
}

/// A primary's server, as far as acknowledgements go. What a database has to add is how they are asked for.
package protocol Acknowledging {
  /// Where the primary's history ends, in the database's own words.
  func mark() throws(Unknown) -> String
  /// What holds now; with a mark, who has everything up to it.
  /// - Parameter state: the cluster's, where it has been asked.
  func look(after mark: String?, _ state: ClusterState?, _ memory: Memory) throws(Unknown)
    -> AcknowledgementLook
  /// Makes the operator's own settings hold again.
  func giveBack(_ memory: inout Memory) throws(Unknown)
  /// Keeps for the next look what only the cluster knows.
  func remember(_ look: AcknowledgementLook, _ memory: inout Memory)
  /// The server's rule names the standbys whose acknowledgement counts.
  var namesStandbys: Bool { get }
  /// Whether the server can wait for as many as that.
  func waits(forAsManyAs count: Int) throws(Unknown) -> Bool
  /// Why acknowledgements do not mean what they should on this server; nil if they do.
  func objection() throws(Unknown) -> String?
  /// Gives the server this rule; afterwards no commit is acknowledged by the former one. That it is in force is remembered.
  func set(_ rule: AcknowledgementRule, _ memory: inout Memory) throws(Unknown)
}

/// What the operator asks for.
package struct DurabilityWish: Equatable {
  package let policy: DurabilityPolicy
  package let acknowledgements: Int
  /// How long `quorum` waits for members that do not stream.
  package let limit: Duration

  package init(policy: DurabilityPolicy, acknowledgements: Int, limit: Duration) {
    self.policy = policy
    self.acknowledgements = acknowledgements
    self.limit = limit
  }

  /// By the parameters that every database has.
  package init(_ values: ParameterValues) {
    self.init(
      policy: values.text(SharedParameters.durability).flatMap(DurabilityPolicy.init(rawValue:)) ?? .async,
      acknowledgements: values.integer(SharedParameters.acknowledgements) ?? 1,
      limit: values.duration(SharedParameters.acknowledgementTimeout) ?? .seconds(10))
  }
}

/// What became of it.
package struct DurabilityFinding: Equatable {
  /// What stands in the configuration; nil for no promise, or when it is not known.
  package var record: DurabilityRecord?
  /// Commits wait: fewer standbys stream than must acknowledge.
  package var isStalled = false
  /// The server acknowledges commits in a way that keeps no promise.
  package var isVoid = false
  /// What is waited for, or what is wrong; empty when all is as it should be.
  package var reason = ""

  /// Nothing promised.
  package init() {}
}
