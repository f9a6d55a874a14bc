public import MySQLFacts
public import OCF

/// What start does next.
public enum StartStep: Sendable, Equatable {
  /// Nothing: it runs as it should.
  case nothing
  /// Launch the server, read-only.
  case launch
  /// Wait for the server that is already on its way, and launch it if that was the way down.
  case wait
  /// Say why not, with this code.
  case refuse(ExitCode)
}

/// From what one look found to what start does.
public let startRules = RuleTable<InstanceFacts, StartStep>(
  [
    Rule(
      "start/08", "something else restarts its server; needs mysqld itself, and its service disabled",
      then: .refuse(.genericError)
    ) { $0.supervisor != nil },
    Rule("start/10", "it runs read-only already", then: .nothing) { $0.answer?.isReadOnly ?? false },
    Rule(
      "start/12", "it accepts writes, which start may not change; demote it first",
      then: .refuse(.genericError)
    ) { $0.answer != nil },
    Rule(
      "start/20", "its process stands still; stop must end it", then: .refuse(.genericError)
    ) {
      if case .frozen = $0.process { true } else { false }
    },
    Rule("start/24", "it is starting already, or still ending", then: .wait) { $0.hasProcess },
    Rule(
      "start/30", "there is no data directory on this node; needs a copy of the primary's",
      then: .refuse(.notInstalled)
    ) { $0.dataDirectory == .missing },
    Rule(
      "start/32", "it is no data directory, ibdata1 is missing; needs a copy of the primary's",
      then: .refuse(.notInstalled)
    ) { $0.dataDirectory == .notMySQL },
    Rule("start/34", "the data directory cannot be read", then: .refuse(.insufficientPrivileges)) {
      if case .unreadable = $0.dataDirectory { true } else { false }
    },
  ], otherwise: "start/40", "nothing of it runs", then: .launch)

/// What promote does next.
public enum PromoteStep: Sendable, Equatable {
  /// Nothing: it is the primary already.
  case nothing
  /// Apply everything, then allow writes.
  case promote
  /// Say why not, with this code.
  case refuse(ExitCode)
}

/// From what one look found to what promote does. Only a replica that answers is promoted.
public let promoteRules = RuleTable<InstanceFacts, PromoteStep>(
  [
    Rule("promote/10", "it is the primary already", then: .nothing) {
      $0.answer.map { !$0.isReadOnly && $0.channels.isEmpty } ?? false
    },
    Rule(
      "promote/14", "its settings do not allow that it is the primary", then: .refuse(.genericError)
    ) { $0.answer.map { !$0.obstacles.isEmpty } ?? false },
    Rule(
      "promote/15",
      "it wrote transactions itself while it was a replica, and nobody compared them with the primary's",
      then: .refuse(.genericError)
    ) { $0.strayTransactions != nil },
    Rule(
      "promote/16", "its applier stopped at an error, with transactions received and not applied",
      then: .refuse(.genericError)
    ) { $0.answer.map { $0.channel?.applierFailure != nil && !$0.hasAppliedAll } ?? false },
    Rule("promote/20", "it is a replica", then: .promote) { $0.answer != nil },
    Rule("promote/30", "nothing of it runs", then: .refuse(.notRunning)) { $0.process == .absent },
  ], otherwise: "promote/40", "its role is unknown, and unknown is never promoted",
  then: .refuse(.genericError))

/// One rung of the ladder down.
public struct ShutdownRung: Sendable, Equatable {
  /// How the server is told (MySQL manual, "The Server Shutdown Process").
  public enum Mode: String, Sendable {
    /// SIGTERM: sessions end, everything is flushed.
    case orderly
    /// SIGKILL: ends at once, and recovers at the next start.
    case kill
  }

  /// How.
  public let mode: Mode
  /// How long this rung may take, in thousandths of the time there is.
  public let share: Int
}

/// The ladder by which a server is ended inside the action's time: it always ends with SIGKILL, because a stop that fails
/// costs the node.
public func shutdownLadder(_ facts: InstanceFacts, hasFailed: Bool) -> [ShutdownRung] {
  switch facts.process {
  case .absent: []
  // Signals but SIGKILL wait until the process runs again.
  case .frozen: [ShutdownRung(mode: .kill, share: 1000)]
  // It would have to write before it ends.
  case .running where facts.isStorageHung: [ShutdownRung(mode: .kill, share: 1000)]
  // Clients wait for another node meanwhile, and what it would flush is in its logs.
  case .running where hasFailed: [ShutdownRung(mode: .kill, share: 1000)]
  case .running: [ShutdownRung(mode: .orderly, share: 800), ShutdownRung(mode: .kill, share: 200)]
  }
}
