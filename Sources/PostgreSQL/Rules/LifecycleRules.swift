public import OCF
public import PostgreSQLFacts

/// What start does next.
public enum StartStep: Sendable, Equatable {
  /// Nothing: it runs as it should.
  case nothing
  /// Launch the server as a standby.
  case launch
  /// Wait for the server that is already on its way.
  case wait
  /// End the server that is on its way down, then launch.
  case endFirst
  /// Say why not, with this code.
  case refuse(ExitCode)
}

/// From what one look found to what start does.
public let startRules = RuleTable<InstanceFacts, StartStep>(
  [
    Rule("start/10", "it runs as a standby already", then: .nothing) { $0.answer?.standby != nil },
    Rule(
      "start/12", "it runs as a primary, which start may not change; demote it first",
      then: .refuse(.genericError)
    ) { $0.answer != nil },
    Rule("start/20", "its postmaster stands still; stop must end it", then: .refuse(.genericError)) {
      if case .frozen = $0.postmaster { true } else { false }
    },
    Rule(
      "start/22", "processes of an earlier server are left; stop must end them", then: .refuse(.genericError)
    ) {
      if case .orphans = $0.postmaster { true } else { false }
    },
    Rule("start/23", "it is still being shut down; its end is waited for", then: .endFirst) {
      $0.hasPostmaster && $0.pidFile?.status == .stopping
    },
    Rule("start/24", "it is starting already", then: .wait) { $0.hasPostmaster },
    Rule(
      "start/30", "there is no data directory on this node; needs one from pg_basebackup",
      then: .refuse(.notInstalled)
    ) {
      $0.dataDirectory == .missing
    },
    Rule(
      "start/32", "it is no data directory, PG_VERSION is missing; needs one from pg_basebackup",
      then: .refuse(.notInstalled)
    ) {
      $0.dataDirectory == .notPostgreSQL
    },
    Rule("start/34", "the data directory cannot be read", then: .refuse(.insufficientPrivileges)) {
      if case .unreadable = $0.dataDirectory { true } else { false }
    },
    Rule(
      "start/36", "a point-in-time recovery is prepared (recovery.signal); finish it or remove the file",
      then: .refuse(.genericError)
    ) { $0.hasRecoverySignal },
  ], otherwise: "start/40", "nothing of it runs", then: .launch)

/// What promote does next.
public enum PromoteStep: Sendable, Equatable {
  /// Nothing: it is the primary already.
  case nothing
  /// Ask the server.
  case promote
  /// Say why not, with this code.
  case refuse(ExitCode)
}

/// From what one look found to what promote does. Only a standby that answers is promoted.
public let promoteRules = RuleTable<InstanceFacts, PromoteStep>(
  [
    Rule("promote/10", "it is the primary already", then: .nothing) {
      $0.answer.map { $0.standby == nil } ?? false
    },
    Rule("promote/20", "it is a standby", then: .promote) { $0.answer != nil },
    Rule("promote/30", "nothing of it runs", then: .refuse(.notRunning)) { $0.postmaster == .absent },
    Rule("promote/32", "its postmaster is gone, some of its processes are not", then: .refuse(.genericError))
    {
      !$0.hasPostmaster
    },
  ], otherwise: "promote/40", "its role is unknown, and unknown is never promoted",
  then: .refuse(.genericError))

/// One rung of the ladder down.
public struct ShutdownRung: Sendable, Equatable {
  /// How the postmaster is told (manual, "Shutting Down the Server").
  public enum Mode: String, Sendable {
    /// SIGINT: sessions end, standbys get everything, a shutdown checkpoint is written.
    case fast
    /// SIGQUIT: ends at once, and recovers at the next start.
    case immediate
    /// SIGKILL to every process of the instance.
    case kill
  }

  /// How.
  public let mode: Mode
  /// How long this rung may take, in thousandths of the time there is.
  public let share: Int
}

/// The ladder by which a server is ended inside the action's time: it always ends with SIGKILL, because a stop that
/// fails costs the node.
public func shutdownLadder(_ facts: InstanceFacts, hasFailed: Bool) -> [ShutdownRung] {
  switch facts.postmaster {
  case .absent: return []
  // Signals but SIGKILL wait until the process runs again.
  case .frozen, .orphans: return [ShutdownRung(mode: .kill, share: 1000)]
  // It would have to write before it ends.
  case .running where facts.isStorageHung: return [ShutdownRung(mode: .kill, share: 1000)]
  case .running:
    if hasFailed {
      // Clients wait for another node meanwhile.
      return [
        ShutdownRung(mode: .immediate, share: 150), ShutdownRung(mode: .kill, share: 850),
      ]
    }
    return [
      ShutdownRung(mode: .fast, share: 700), ShutdownRung(mode: .immediate, share: 150),
      ShutdownRung(mode: .kill, share: 150),
    ]
  }
}
