public import MySQLFacts
public import OCF
internal import Replication

/// From what one look found to the answer for Pacemaker. Printed in the manual as it stands.
///
/// The order is the argument: processes first, because they cannot lie; then the server's own answer. A role that nothing
/// tells is never promoted anew (8), and a server that serves others but not the agent is never restarted for it: the
/// belief of the cluster, or what the last monitor saw, stays, shown as degraded.
public let monitorRules = RuleTable<InstanceFacts, ExitCode>(
  absentRules + answeredRules + notReadyRules + unansweredRules,
  otherwise: "monitor/99", "the server runs, and its role cannot be told", then: .genericError)

private typealias Row = Rule<InstanceFacts, ExitCode>

private let absentRules: [Rule<InstanceFacts, ExitCode>] = [
  Row(
    "monitor/10", "the data directory is not on this node, and nothing of the instance runs",
    then: .notRunning
  ) {
    $0.process == .absent && ($0.dataDirectory == .missing || $0.dataDirectory == .notMySQL)
  },
  Row(
    "monitor/12", "the primary's server crashed, and nothing of it is left running", then: .failedPromoted
  ) {
    $0.process == .absent && $0.expected == .promoted && $0.isOurs
  },
  Row("monitor/18", "nothing of the server runs", then: .notRunning) { $0.process == .absent },
  Row("monitor/24", "the primary's server stands still", then: .failedPromoted) {
    $0.isFrozen && $0.isPromotedAsFarAsKnown
  },
  Row("monitor/26", "the server stands still", then: .genericError) { $0.isFrozen },
]

private let answeredRules: [Rule<InstanceFacts, ExitCode>] = [
  Row("monitor/30", "the server accepts writes and follows nobody", then: .runningPromoted) {
    $0.answer.map { !$0.isReadOnly && !$0.isReplicating } ?? false
  },
  Row("monitor/31", "the server is a replica that accepts writes", then: .degraded) {
    $0.answer.map { !$0.isReadOnly } ?? false
  },
  Row("monitor/32", "the server is read-only", then: .success) { $0.answer != nil },
]

private let notReadyRules: [Rule<InstanceFacts, ExitCode>] = [
  Row("monitor/44", "what was the primary has been starting or stopping for too long", then: .failedPromoted)
  {
    $0.isNotReady && $0.isStuck && $0.expected == .promoted
  },
  Row("monitor/46", "the server has been starting or stopping for too long", then: .genericError) {
    $0.isNotReady && $0.isStuck
  },
  Row(
    "monitor/48", "the primary's server is starting again after a crash", then: .degradedPromoted
  ) {
    $0.isNotReady && $0.expected == .promoted && $0.onCrash == .recover
  },
  Row("monitor/50", "the primary's server is starting or stopping", then: .failedPromoted) {
    $0.isNotReady && $0.expected == .promoted
  },
  Row("monitor/52", "the server is starting or stopping", then: .success) { $0.isNotReady },
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
  Row("monitor/66", "the replica runs, but could not answer the agent", then: .degraded) {
    ($0.expected ?? $0.remembered) == .unpromoted
  },
]

extension ServerAnswer {
  /// A channel is at work or trying to be.
  fileprivate var isReplicating: Bool { channels.contains { $0.receiver != .stopped || $0.isApplying } }
}

extension InstanceFacts {
  fileprivate var isFrozen: Bool {
    if case .frozen = process { true } else { false }
  }

  fileprivate var isNotReady: Bool {
    if case .notReady = connection { true } else { false }
  }

  fileprivate var isSilent: Bool {
    if case .noAnswer = connection { true } else { false }
  }

  /// What the cluster believes; on a probe, after a restart of the cluster's software, what the last monitor saw.
  fileprivate var isPromotedAsFarAsKnown: Bool { (expected ?? remembered) == .promoted }
}
