public import MySQLFacts
public import OCF
public import Replication

/// What decides whether an instance may be promoted and read from.
public struct HealthFacts: Sendable, Equatable {
  /// What the monitor answers.
  public var code: ExitCode
  /// What the server said, if it did.
  public var answer: ServerAnswer?
  /// The node of the cluster's primary, when it is another; nil when there is none.
  public var primary: String?
  /// See `HistoryCheck`.
  public var history: HistoryCheck = .notCompared
  /// It has received nothing for longer than `disconnect_timeout`, all the while the cluster had a primary.
  public var isDisconnectedTooLong = false
  /// The agent stopped its receiver for an election, and what it failed at before does not matter.
  public var isReceiverHeld = false
  /// It was so before the primary was lost, and has not received since.
  public var isLeftBehind = false
  /// The cluster's configuration tells on which nodes acknowledged commits are.
  public var isPromised = false
  /// It wrote transactions itself, and they could not be compared with the primary's.
  public var isUnverified = false
  /// The cluster did not say whether it has a primary.
  public var isClusterUnknown = false
  /// The last election, a short while ago, could not choose.
  public var isElectionStuck = false
  /// The last election, a short while ago, did not hear enough nodes to know that nothing acknowledged is missing.
  public var isLossPossible = false
  /// Fewer replicas acknowledge than must acknowledge a commit.
  public var isStalled = false
  /// A replica is closed to applications, and not by the agent.
  public var isClosed = false
  /// There has been something to apply for a minute, and nothing was applied.
  public var isApplierStuck = false
  /// Commits are acknowledged in a way that keeps no promise of durability.
  public var isPromiseVoid = false

  /// There is no primary, and nothing speaks against an election.
  fileprivate var isElectionOpen: Bool {
    primary == nil && !isClusterUnknown && !isElectionStuck && !isLossPossible
  }

  /// Whether what it is stored on takes writes.
  public var storage: StorageCondition = .sound
  /// All connections that applications may have are taken.
  public var isFull = false

  /// Facts about an instance of which the monitor says `code`.
  public init(code: ExitCode, answer: ServerAnswer?) {
    self.code = code
    self.answer = answer
  }

  /// The channel, of a server that is read-only.
  fileprivate var channel: ReplicaChannel? { answer?.channel }
  /// It has lost commits, or has some of its own.
  fileprivate var isHeld: Bool {
    switch history {
    case .diverged, .foreign: true
    case .notCompared, .primaryUnreachable, .primaryDown, .follows: isLeftBehind
    }
  }
  fileprivate func has(_ obstacle: ServerAnswer.Obstacle) -> Bool {
    answer?.obstacles.contains(obstacle) ?? false
  }
}

/// From what is known of a running instance to its state, its promotion score and whether it is shown as degraded.
public let healthRules = RuleTable<HealthFacts, Health>(
  [
    Row(
      "health/04", "the primary's storage takes no writes",
      then: Health("primary", .score(ScoreLevel.primary), degraded: true)
    ) { $0.code == .runningPromoted && $0.storage != .sound },
    Row(
      "health/05", "every commit waits, because fewer replicas are there than must acknowledge it",
      then: Health("primary", .score(ScoreLevel.primary), degraded: true)
    ) { $0.code == .runningPromoted && $0.isStalled },
    Row(
      "health/06", "all connections of the primary are taken, and applications are refused",
      then: Health("primary", .score(ScoreLevel.primary), degraded: true)
    ) { $0.code == .runningPromoted && $0.isFull },
    Row(
      "health/07", "commits are acknowledged without what durability promises",
      then: Health("primary", .score(ScoreLevel.primary), degraded: true)
    ) { $0.code == .runningPromoted && $0.isPromiseVoid },
    Row("health/10", "it is the primary", then: Health("primary", .score(ScoreLevel.primary))) {
      $0.code == .runningPromoted
    },
    Row(
      "health/12", "it accepts writes although it is a replica",
      then: Health("writable", .never, degraded: true)
    ) { $0.answer.map { !$0.isReadOnly } ?? false },
    Row(
      "health/14", "the server could not be asked, and it was held back before",
      then: Health("not-answering", .never, degraded: true)
    ) { $0.answer == nil && $0.code == .degraded && $0.isHeld },
    Row(
      "health/20", "the primary's server could not be asked",
      then: Health("not-answering", .unchanged, degraded: true)
    ) { $0.answer == nil && $0.code == .degradedPromoted },
    Row(
      "health/21", "the server could not be asked, so the agent could not promote it",
      then: Health("not-answering", .score(ScoreLevel.outvoted), degraded: true)
    ) { $0.answer == nil && $0.code != .success },
    Row("health/22", "it is starting or stopping", then: Health("recovering", .never)) {
      $0.answer == nil
    },
  ] + obstacleRules + historyRules + replicatingRules + disconnectedRules,
  otherwise: "health/60", "the cluster has no primary to follow",
  then: Health("waiting-for-primary", .score(ScoreLevel.standby)))

private typealias Row = Rule<HealthFacts, Health>

private let obstacleRules: [Rule<HealthFacts, Health>] = [
  Row(
    "health/23", "its replication channel has a name, so the agent cannot stop it (MariaDB)",
    then: Health("named-channel", .never, degraded: true)
  ) { $0.has(.namedChannel) },
  Row(
    "health/24", "it has no binary log, so nobody could follow it",
    then: Health("no-binary-log", .never, degraded: true)
  ) { $0.has(.noBinaryLog) },
  Row(
    "health/25", "gtid_mode is not ON, so what it has cannot be compared",
    then: Health("no-gtid", .never, degraded: true)
  ) { $0.has(.noGTID) },
  Row(
    "health/26", "it does not log what it applies (log_replica_updates), so nobody could follow it",
    then: Health("no-replica-updates", .never, degraded: true)
  ) { $0.has(.noReplicaUpdates) },
  Row(
    "health/27", "it has several replication channels, so it has more than the primary",
    then: Health("multi-source", .never)
  ) { $0.has(.manySources) },
  Row(
    "health/28", "it filters what it replicates, so it lacks data",
    then: Health("filtered", .never, degraded: true)
  ) { $0.has(.filtered) },
  Row("health/29", "it is a delayed replica", then: Health("delayed", .never)) { $0.has(.delayed) },
]

private let historyRules: [Rule<HealthFacts, Health>] = [
  Row(
    "health/30", "the data belongs to another cluster than the primary's",
    then: Health("foreign", .never, degraded: true)
  ) {
    if case .foreign = $0.history { true } else { false }
  },
  Row(
    "health/32", "it has transactions that the primary has not, so it may not follow",
    then: Health("diverged", .never, degraded: true)
  ) {
    if case .diverged = $0.history { true } else { false }
  },
  Row(
    "health/33", "it wrote transactions itself, and they could not be compared with the primary's",
    then: Health("unverified", .never, degraded: true)
  ) { $0.isUnverified && $0.answer != nil },
]

private let replicatingRules: [Rule<HealthFacts, Health>] = [
  Row(
    "health/34", "replication stopped at an error: what it receives it does not apply",
    then: Health("broken", .never, degraded: true)
  ) { $0.channel?.applierFailure != nil && !$0.waitsForRoom },
  Row(
    "health/36", "its receiver stopped at an error", then: Health("broken", .never, degraded: true)
  ) {
    $0.channel.map { $0.receiver == .stopped && $0.receiverFailure != nil } ?? false && $0.primary != nil
      && !$0.isReceiverHeld
  },
  Row(
    "health/37", "its storage takes no writes",
    then: Health("sick", .score(ScoreLevel.outvoted), degraded: true)
  ) { $0.storage != .sound && ($0.channel?.receiver == .running || $0.waitsForRoom) },
  Row(
    "health/38", "it replicates, and is closed to applications (offline_mode), not by the agent",
    then: Health("closed", .score(ScoreLevel.standby), degraded: true)
  ) { $0.isClosed && $0.channel.map { $0.receiver == .running && $0.isApplying } ?? false },
  Row(
    "health/39", "it receives, and applies nothing of it",
    then: Health("not-applying", .score(ScoreLevel.outvoted), degraded: true)
  ) { $0.isApplierStuck && $0.channel.map { $0.receiver == .running && $0.isApplying } ?? false },
  Row("health/40", "it replicates", then: Health("replicating", .score(ScoreLevel.standby))) {
    $0.channel.map { $0.receiver == .running && $0.isApplying } ?? false
  },
  Row(
    "health/42", "its applier was stopped by hand; what it receives is applied when it is promoted",
    then: Health("paused", .score(ScoreLevel.outvoted))
  ) { $0.channel?.receiver == .running },
]

private let disconnectedRules: [Rule<HealthFacts, Health>] = [
  Row(
    "health/50", "it has received nothing from the primary for too long",
    then: Health("disconnected", .never, degraded: true)
  ) { $0.primary != nil && $0.isDisconnectedTooLong },
  Row(
    "health/51",
    "it had lost the last primary before the cluster did; an election tells whether it lacks commits",
    then: Health("left-behind", .score(ScoreLevel.outvoted), degraded: true)
  ) { $0.isLeftBehind && $0.isPromised && $0.isElectionOpen },
  Row(
    "health/52", "it had lost the last primary before the cluster did, and may lack commits",
    then: Health("left-behind", .never, degraded: true)
  ) { $0.isLeftBehind },
  Row(
    "health/53", "the cluster does not say whether it has a primary",
    then: Health("connecting", .unchanged)
  ) { $0.isClusterUnknown },
  Row("health/54", "it is connecting to the primary", then: Health("connecting", .unchanged)) {
    $0.primary != nil
  },
  Row(
    "health/55", "no node can be promoted: too few answered to be sure that no acknowledged commit is lost",
    then: Health("loss-possible", .never, degraded: true)
  ) { $0.primary == nil && $0.isLossPossible },
  Row(
    "health/56", "no node can be promoted: the last election could not choose, and an operator must decide",
    then: Health("undecided", .never, degraded: true)
  ) { $0.primary == nil && $0.isElectionStuck },
]

extension HealthFacts {
  /// Its applier is started again when there is room.
  fileprivate var waitsForRoom: Bool { storage != .sound && channel?.ranOutOfRoom ?? false }
}
