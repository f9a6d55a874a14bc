public import OCF
public import PostgreSQLFacts
public import Replication

/// What decides whether an instance may be promoted and read from.
public struct HealthFacts: Sendable, Equatable {
  /// What the monitor answers.
  public var code: ExitCode
  /// What the server said.
  public var answer: ServerAnswer?
  /// The node of the cluster's primary, when it is another; nil when there is none.
  public var primary: String?
  /// See `HistoryCheck`.
  public var history: HistoryCheck = .notCompared
  /// The standby has not streamed for longer than `disconnect_timeout`, all the while the cluster had a primary.
  public var isDisconnectedTooLong = false
  /// It was so before the primary was lost, and has not streamed since.
  public var isLeftBehind = false
  /// The cluster's configuration tells on which nodes acknowledged commits are.
  public var isPromised = false
  /// The cluster did not say whether it has a primary.
  public var isClusterUnknown = false
  /// The last election, a short while ago, could not choose.
  public var isElectionStuck = false
  /// The last election, a short while ago, did not hear enough nodes to know that nothing acknowledged is missing.
  public var isLossPossible = false
  /// Fewer standbys stream than must acknowledge a commit.
  public var isStalled = false
  /// Commits are acknowledged in a way that keeps no promise of durability.
  public var isPromiseVoid = false

  /// There is no primary, and nothing speaks against an election.
  fileprivate var isElectionOpen: Bool {
    primary == nil && !isClusterUnknown && !isElectionStuck && !isLossPossible
  }

  /// There has been something to replay for a minute, and nothing was replayed.
  public var isReplayStuck = false

  /// Whether what it is stored on takes writes.
  public var storage: StorageCondition = .sound
  /// All connections that applications may have are taken.
  public var isFull = false

  /// Facts about an instance of which the monitor says `code`.
  public init(code: ExitCode, answer: ServerAnswer?) {
    self.code = code
    self.answer = answer
  }
}

/// From what is known of a running instance to its state, its promotion score and whether it is shown as degraded.
public let healthRules = RuleTable<HealthFacts, Health>(
  [
    Row(
      "health/04", "the primary's storage takes no writes",
      then: Health("primary", .score(ScoreLevel.primary), degraded: true)
    ) { $0.answer.map { $0.standby == nil } ?? false && $0.storage != .sound },
    Row(
      "health/05", "every commit waits, because fewer standbys stream than must acknowledge it",
      then: Health("primary", .score(ScoreLevel.primary), degraded: true)
    ) { $0.answer.map { $0.standby == nil } ?? false && $0.isStalled },
    Row(
      "health/06", "all connections of the primary are taken, and applications are refused",
      then: Health("primary", .score(ScoreLevel.primary), degraded: true)
    ) { $0.answer.map { $0.standby == nil } ?? false && $0.isFull },
    Row(
      "health/07", "commits are acknowledged without what durability promises",
      then: Health("primary", .score(ScoreLevel.primary), degraded: true)
    ) { $0.answer.map { $0.standby == nil } ?? false && $0.isPromiseVoid },
    Row("health/10", "it is the primary", then: Health("primary", .score(ScoreLevel.primary))) {
      $0.answer.map { $0.standby == nil } ?? false
    },
    Row(
      "health/20", "the server could not be asked",
      then: Health("not-answering", .unchanged, degraded: true)
    ) { $0.answer == nil && $0.code != .success },
    Row("health/22", "recovery has not come to a consistent state", then: Health("recovering", .never)) {
      $0.answer == nil
    },
    Row(
      "health/30", "the data belongs to another cluster than the primary's",
      then: Health("foreign", .never, degraded: true)
    ) {
      if case .foreign = $0.history { true } else { false }
    },
    Row(
      "health/32", "it has WAL that the primary has not, so it cannot follow",
      then: Health("diverged", .never, degraded: true)
    ) {
      if case .diverged = $0.history { true } else { false }
    },
    Row(
      "health/36", "its storage takes no writes",
      then: Health("sick", .score(ScoreLevel.outvoted), degraded: true)
    ) { $0.storage != .sound && $0.answer?.standby?.isStreaming ?? false },
    Row(
      "health/37", "its replay was paused by hand; what it receives is replayed when it is promoted",
      then: Health("paused", .score(ScoreLevel.outvoted))
    ) { $0.answer?.standby.map { $0.isStreaming && $0.isReplayPaused } ?? false },
    Row(
      "health/38", "it streams, and has much to receive yet", then: Health("catching-up", .unchanged)
    ) { $0.answer?.standby.map { $0.isStreaming && !$0.hasCaughtUp } ?? false },
    Row(
      "health/39", "it streams, and replays nothing of it",
      then: Health("not-replaying", .score(ScoreLevel.outvoted), degraded: true)
    ) { $0.isReplayStuck && $0.answer?.standby?.isStreaming ?? false },
    Row("health/40", "it streams", then: Health("streaming", .score(ScoreLevel.standby))) {
      $0.answer?.standby?.isStreaming ?? false
    },
    Row(
      "health/50", "it has not streamed from the primary for too long",
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
      "health/53", "the cluster does not say whether it has a primary", then: Health("connecting", .unchanged)
    ) {
      $0.isClusterUnknown
    },
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
  ],
  otherwise: "health/60", "the cluster has no primary to follow",
  then: Health("waiting-for-primary", .score(ScoreLevel.standby)))

private typealias Row = Rule<HealthFacts, Health>
