public import OCF
internal import Replication
public import PostgreSQLFacts

/// From what one look found to the answer for Pacemaker. Printed in the manual as it stands.
///
/// The order is the argument: processes first, because they cannot lie; then the server's own answer; then its own
/// files, for a server that cannot be asked. A role that nothing tells is never promoted anew (8), and a server that
/// serves others but not the agent is never restarted for it: the cluster's belief stays, shown as degraded.
public let monitorRules = RuleTable<InstanceFacts, ExitCode>(
  absentRules + brokenProcessRules + answeredRules + notReadyRules + unansweredRules,
  otherwise: "monitor/99", "the server runs, and its role cannot be told", then: .genericError)

private typealias Row = Rule<InstanceFacts, ExitCode>

private let absentRules: [Rule<InstanceFacts, ExitCode>] = [
  Row(
    "monitor/10", "the data directory is not on this node, and nothing of the instance runs",
    then: .notRunning
  ) {
    $0.postmaster == .absent && ($0.dataDirectory == .missing || $0.dataDirectory == .notPostgreSQL)
  },
  Row(
    "monitor/12", "the primary's server crashed, and nothing of it is left running", then: .failedPromoted
  ) {
    $0.postmaster == .absent && $0.expected == .promoted && !$0.endedCleanly && !$0.hasBackupLabel
  },
  Row("monitor/14", "the server was stopped cleanly", then: .notRunning) {
    $0.postmaster == .absent && $0.endedCleanly
  },
  Row("monitor/16", "a base backup that was not started yet", then: .notRunning) {
    $0.postmaster == .absent && $0.hasBackupLabel
  },
  Row("monitor/18", "the server crashed, and nothing of it is left running", then: .notRunning) {
    $0.postmaster == .absent
  },
]

private let brokenProcessRules: [Rule<InstanceFacts, ExitCode>] = [
  Row("monitor/20", "the primary's postmaster is gone, some of its processes are not", then: .failedPromoted)
  {
    $0.isOrphaned && ($0.expected == .promoted || $0.control?.state == .inProduction)
  },
  Row("monitor/22", "the postmaster is gone, some of its processes are not", then: .genericError) {
    $0.isOrphaned
  },
  Row("monitor/24", "the primary's postmaster stands still", then: .failedPromoted) {
    $0.isFrozen && $0.expected == .promoted
  },
  Row("monitor/26", "the postmaster stands still", then: .genericError) { $0.isFrozen },
]

private let answeredRules: [Rule<InstanceFacts, ExitCode>] = [
  Row("monitor/30", "the server is a primary", then: .runningPromoted) {
    $0.answer.map { $0.standby == nil } ?? false
  },
  Row("monitor/32", "the server is a standby", then: .success) { $0.answer?.standby != nil },
]

private let notReadyRules: [Rule<InstanceFacts, ExitCode>] = [
  Row("monitor/40", "the server is being shut down", then: .failedPromoted) {
    $0.isNotReady && $0.isShuttingDown && $0.expected == .promoted
  },
  Row("monitor/42", "the server is being shut down", then: .genericError) {
    $0.isNotReady && $0.isShuttingDown
  },
  Row("monitor/44", "recovery no longer advances on what was the primary", then: .failedPromoted) {
    $0.isNotReady && $0.progress == .stuck && $0.expected == .promoted
  },
  Row("monitor/46", "recovery no longer advances", then: .genericError) {
    $0.isNotReady && $0.progress == .stuck
  },
  Row("monitor/48", "the primary re-initialises itself after a crash", then: .degradedPromoted) {
    $0.isNotReady && $0.expected == .promoted && $0.onCrash == .recover
  },
  Row("monitor/50", "the primary's server is recovering from a crash", then: .failedPromoted) {
    $0.isNotReady && $0.expected == .promoted
  },
  Row("monitor/52", "the standby is still recovering", then: .success) { $0.isNotReady },
]

private let unansweredRules: [Rule<InstanceFacts, ExitCode>] = [
  Row("monitor/60", "the primary left every question unanswered for too long", then: .failedPromoted) {
    $0.isSilent && $0.isSilentTooLong && $0.isPromotedAsFarAsKnown
  },
  Row("monitor/62", "the server left every question unanswered for too long", then: .genericError) {
    $0.isSilent && $0.isSilentTooLong
  },
  Row("monitor/64", "the primary serves, but could not answer the agent", then: .degradedPromoted) {
    $0.isPromotedAsFarAsKnown
  },
  Row("monitor/66", "the standby runs, but could not answer the agent", then: .degraded) {
    $0.isUnpromotedAsFarAsKnown
  },
]

extension InstanceFacts {
  fileprivate var endedCleanly: Bool {
    control?.state == .shutDown || control?.state == .shutDownInRecovery
  }

  fileprivate var isOrphaned: Bool {
    if case .orphans = postmaster { true } else { false }
  }

  fileprivate var isFrozen: Bool {
    if case .frozen = postmaster { true } else { false }
  }

  fileprivate var isNotReady: Bool {
    if case .notReady = connection { true } else { false }
  }

  fileprivate var isSilent: Bool {
    if case .noAnswer = connection { true } else { false }
  }

  fileprivate var isShuttingDown: Bool {
    pidFile?.status == .stopping || control?.state == .shuttingDown
  }

  /// The files decide when they agree; else what the cluster believes stays.
  fileprivate var isPromotedAsFarAsKnown: Bool { (roleOnDisk ?? expected) == .promoted }

  fileprivate var isUnpromotedAsFarAsKnown: Bool { (roleOnDisk ?? expected) == .unpromoted }
}
