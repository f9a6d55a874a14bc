public import OCF
public import PostgreSQLFacts

/// How the local history relates to that of the cluster's primary.
public enum HistoryCheck: Sendable, Equatable {
  /// Not looked at: replication works, or there is no primary to compare with.
  case notCompared
  /// The primary could not be asked, and may be at work.
  case primaryUnreachable(String)
  /// The primary's node answers, its server does not: it commits nothing that this one could miss.
  case primaryDown(String)
  /// The local WAL is a part of the primary's.
  case follows
  /// The local WAL has something that the primary's has not.
  case diverged(String)
  /// Another cluster altogether: the system identifiers differ.
  case foreign(String)
}

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
  /// The cluster did not say whether it has a primary.
  public var isClusterUnknown = false
  /// The last election, a short while ago, could not choose.
  public var isElectionStuck = false

  /// Facts about an instance of which the monitor says `code`.
  public init(code: ExitCode, answer: ServerAnswer?) {
    self.code = code
    self.answer = answer
  }
}

/// What to tell the cluster of an instance.
public struct Health: Sendable, Equatable {
  /// What to do with the promotion score.
  public enum Promotion: Sendable, Equatable {
    /// Set it.
    case score(Int)
    /// Set it to -INFINITY.
    case never
    /// Leave it as it is: nothing was learnt.
    case unchanged
  }

  /// One word for `crm_mon -A`, in the attribute RESOURCE-state.
  public let state: String
  /// May it be promoted.
  public let promotion: Promotion
  /// The monitor shows it as degraded.
  public let isDegraded: Bool

  /// A verdict.
  public init(_ state: String, _ promotion: Promotion, degraded isDegraded: Bool = false) {
    self.state = state
    self.promotion = promotion
    self.isDegraded = isDegraded
  }
}

/// The scores that instances give themselves; never more than these, so that a score never depends on an LSN. Pacemaker
/// adds stickiness to them, twice where an address is placed with the primary, and operators copy 100 and 1000 from
/// everywhere: the gaps are wide, so that no stickiness outweighs what the agents found out.
public enum ScoreLevel {
  /// A primary: above all others, so that it stays.
  public static let primary = 500_000
  /// The best, chosen by an election whose first candidate was not.
  public static let elected = 300_000
  /// A standby that streams, or that no primary has left behind.
  public static let standby = 100_000
  /// The candidate that found a better one.
  public static let outvoted = 1000
  /// The primary that crashed, once it runs again: only if there is nobody else.
  public static let crashed = 1
}

/// From what is known of a running instance to its state, its promotion score and whether it is shown as degraded.
public let healthRules = RuleTable<HealthFacts, Health>(
  [
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
      "health/38", "it streams, and has much to receive yet", then: Health("catching-up", .unchanged)
    ) { $0.answer?.standby.map { $0.isStreaming && !$0.hasCaughtUp } ?? false },
    Row("health/40", "it streams", then: Health("streaming", .score(ScoreLevel.standby))) {
      $0.answer?.standby?.isStreaming ?? false
    },
    Row(
      "health/50", "it has not streamed from the primary for too long",
      then: Health("disconnected", .never, degraded: true)
    ) { $0.primary != nil && $0.isDisconnectedTooLong },
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
      "health/56", "no node can be promoted: histories differ, and an operator must take one of them out",
      then: Health("undecided", .never, degraded: true)
    ) { $0.primary == nil && $0.isElectionStuck },
  ],
  otherwise: "health/60", "the cluster has no primary to follow",
  then: Health("waiting-for-primary", .score(ScoreLevel.standby)))

private typealias Row = Rule<HealthFacts, Health>
