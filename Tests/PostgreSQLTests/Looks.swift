import Replication
import OCF
import PostgreSQLFacts
import PostgreSQLRules
import TestSupport

/// Every combination of what one look can find, as far as rules tell them apart: evidence in words is one of each.
struct Looks {
  static let directories: [InstanceFacts.DataDirectory] = [
    .present(version: "15"), .missing, .notPostgreSQL, .unreadable("permission denied"),
  ]
  static let postmasters: [InstanceFacts.Postmaster] = [
    .absent, .orphans([12, 13]), .running(pid: 11), .frozen(pid: 11),
  ]
  static let connections: [InstanceFacts.Connection] = [
    .notTried, .answered(ServerAnswer(standby: nil)),
    .answered(ServerAnswer(standby: ServerAnswer.Standby())),
    .notReady("starting up"), .full("too many clients"), .refused(state: "28000", message: "no entry"),
    .noAnswer(.seconds(5)), .unreachable("no socket"),
  ]
  static let controls: [ControlData?] =
    [nil] + ControlData.State.allCases.map { ControlData(ControlDataSample.text($0)) }
  static let pidFiles: [PostmasterPidFile?] =
    [nil, PostmasterPidFile("11\n/d\n")]
    + ["starting", "stopping", "ready", "standby"].map { pidFile(status: $0) }
  static let roles: [InstanceRole?] = [nil, .promoted, .unpromoted]

  static func pidFile(status: String) -> PostmasterPidFile? {
    PostmasterPidFile("11\n/d\n1795466681\n5432\n/run/postgresql\n*\n 1 1\n\(status)\n")
  }

  /// Calls `body` with each combination once.
  static func forEach(_ body: (InstanceFacts) -> Void) {
    for directory in directories {
      for postmaster in postmasters {
        for connection in connections {
          var facts = InstanceFacts(dataDirectory: directory, postmaster: postmaster, connection: connection)
          for control in controls {
            facts.control = control
            for pidFile in pidFiles {
              facts.pidFile = pidFile
              forEachJudgement(&facts, body)
            }
          }
        }
      }
    }
  }

  private static func forEachJudgement(_ facts: inout InstanceFacts, _ body: (InstanceFacts) -> Void) {
    for hasBackupLabel in [false, true] {
      facts.hasBackupLabel = hasBackupLabel
      for role in roles {
        facts.expected = role
        for progress in InstanceFacts.Progress.allCases {
          facts.progress = progress
          for isSilentTooLong in [false, true] {
            facts.isSilentTooLong = isSilentTooLong
            for policy in CrashPolicy.allCases {
              facts.onCrash = policy
              body(facts)
            }
          }
        }
      }
    }
  }

  /// The combinations that start and promote tell apart.
  static var beforeAnAction: [InstanceFacts] {
    let restOfAction = [false, true].flatMap { signal in pidFiles.map { (signal, $0) } }
    var all: [InstanceFacts] = []
    for directory in directories {
      for postmaster in postmasters {
        for connection in connections {
          for (hasRecoverySignal, pidFile) in restOfAction {
            var facts = InstanceFacts(
              dataDirectory: directory, postmaster: postmaster, connection: connection)
            facts.hasRecoverySignal = hasRecoverySignal
            facts.pidFile = pidFile
            all.append(facts)
          }
        }
      }
    }
    return all
  }

  /// The combinations that health tells apart.
  static var ofHealth: [HealthFacts] {
    let answers: [ServerAnswer?] =
      [nil, ServerAnswer(standby: nil)]
      + [
        (nil, 20, 20), ("streaming", 20, 20), ("streaming", 20, 1 << 30), ("streaming", 5, 20),
        ("waiting", 20, 20), ("paused", 20, 20), ("paused", 20, 1 << 30),
      ].map { (status: String?, received: UInt64, sendersEnd: UInt64) in
        var standby = ServerAnswer.Standby()
        standby.isReplayPaused = status == "paused"
        standby.receiverStatus = standby.isReplayPaused ? "streaming" : status
        standby.received = LSN(received)
        standby.replayed = LSN(10)
        standby.sendersEnd = LSN(sendersEnd)
        return ServerAnswer(standby: standby)
      }
    var all: [HealthFacts] = []
    for code in ExitCode.allCases {
      for answer in answers {
        for primary in [nil, "db2"] {
          for history in everyHistory {
            for isDisconnectedTooLong in [false, true] {
              for unsettled in everyUnsettled {
                var facts = HealthFacts(code: code, answer: answer)
                facts.isElectionStuck = unsettled.isElectionStuck
                facts.isLossPossible = unsettled.isLossPossible
                facts.isStalled = unsettled.isStalled
                facts.isFull = unsettled.isFull
                facts.isPromiseVoid = unsettled.isPromiseVoid
                facts.isClusterUnknown = unsettled.isClusterUnknown
                facts.primary = primary
                facts.history = history
                facts.isDisconnectedTooLong = isDisconnectedTooLong
                facts.isLeftBehind = unsettled.isLeftBehind
                facts.isPromised = unsettled.isPromised
                facts.storage = unsettled.storage
                facts.isReplayStuck = unsettled.isStuck
                all.append(facts)
              }
            }
          }
        }
      }
    }
    return all
  }
}
