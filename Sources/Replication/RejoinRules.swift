public import OCF

/// From what is known of a diverged instance to what the agent does about it.
public let rejoinRules = RuleTable<RejoinFacts, RejoinStep>(
  [
    Row("rejoin/10", "a worker is bringing it back", then: .watch) { $0.isWorkerAlive },
    Row("rejoin/12", "it has nothing that the primary has not", then: .nothing) {
      !$0.isDiverged && !$0.isHalfDone && !$0.isLeftDown
    },
    Row("rejoin/20", "rejoin is hold: it waits for an operator", then: .hold) { $0.policy == .hold },
    Row("rejoin/22", "what failed would fail again: it waits for an operator", then: .hold) {
      $0.isHopeless
    },
    Row("rejoin/24", "it failed three times: it waits for an operator", then: .hold) {
      $0.failures >= rejoinAttempts
    },
    Row("rejoin/30", "there is no primary to come back to yet", then: .wait) { !$0.hasPrimary },
    Row("rejoin/32", "it failed a while ago, and is tried again later", then: .wait) {
      $0.sinceFailure.map { [failures = $0.failures] in $0 < rejoinDelay(failures: failures) } ?? false
    },
  ], otherwise: "rejoin/40", "it can be brought back", then: .launch)

private typealias Row = Rule<RejoinFacts, RejoinStep>

/// What is known when a worker chooses how.
public struct RejoinMeans: Sendable, Equatable {
  /// What the operator wants.
  public var policy: RejoinPolicy
  /// Why the data cannot be rewound; nil if it can.
  public var rewindObstacle: String?
  /// Why the data directory cannot be replaced by a copy; nil if it can.
  public var cloneObstacle: String?
  /// Why a copy cannot be made beside the data directory; nil if it can.
  public var besideObstacle: String?
  /// The operator allows the old data to be removed before the new is whole.
  public var mayReplaceInPlace: Bool
  /// There is room for a copy once the old data is gone.
  public var hasRoomInPlace: Bool

  /// Everything that can be known.
  public init(
    policy: RejoinPolicy, rewindObstacle: String?, cloneObstacle: String?, besideObstacle: String?,
    mayReplaceInPlace: Bool, hasRoomInPlace: Bool
  ) {
    self.policy = policy
    self.rewindObstacle = rewindObstacle
    self.cloneObstacle = cloneObstacle
    self.besideObstacle = besideObstacle
    self.mayReplaceInPlace = mayReplaceInPlace
    self.hasRoomInPlace = hasRoomInPlace
  }
}

/// How a worker brings a node back.
public enum RejoinMethod: Sendable, Equatable, CaseIterable {
  /// Takes what differs from the primary.
  case rewind
  /// Makes a copy beside the old data, and then takes its place.
  case cloneBeside
  /// Removes the old data, then copies.
  case cloneInPlace
  /// None: an operator has to do something first.
  case none
}

/// From what is possible to how a node is brought back. Tried again with what was learnt when a method fails.
public let rejoinMethodRules = RuleTable<RejoinMeans, RejoinMethod>(
  [
    MeansRow("method/10", "the data can be rewound", then: .rewind) {
      $0.policy == .rewind && $0.rewindObstacle == nil
    },
    MeansRow("method/20", "the data directory cannot be replaced by a copy", then: .none) {
      $0.cloneObstacle != nil
    },
    MeansRow("method/22", "there is room for a copy beside the old data", then: .cloneBeside) {
      $0.besideObstacle == nil
    },
    MeansRow(
      "method/30", "a copy beside the old data cannot be made, and reclone_in_place is not allowed",
      then: .none
    ) { !$0.mayReplaceInPlace },
    MeansRow("method/32", "there is no room for a copy, not even in the place of the old data", then: .none) {
      !$0.hasRoomInPlace
    },
  ], otherwise: "method/40", "the old data makes room for a copy, as reclone_in_place allows",
  then: .cloneInPlace)

private typealias MeansRow = Rule<RejoinMeans, RejoinMethod>
