import MySQLFacts
import MySQLRules
import OCF
import TestSupport

extension Looks {
  /// The codes of a monitor that found a running instance: only then is its health looked at.
  static let runningCodes = ExitCode.allCases.filter(\.isRunning)

  /// Calls `body` with each combination that health tells apart, once.
  static func forEachHealth(_ body: (HealthFacts) -> Void) {
    // What waits to be applied makes no difference to health.
    let all: [ServerAnswer?] = [nil] + answers.filter(\.hasAppliedAll)
    for code in runningCodes {
      for answer in all {
        for history in everyHistory {
          var facts = HealthFacts(code: code, answer: answer)
          facts.history = history
          forEachCluster(&facts, body)
        }
      }
    }
  }

  private static func forEachCluster(_ facts: inout HealthFacts, _ body: (HealthFacts) -> Void) {
    for primary in [nil, "db2"] {
      facts.primary = primary
      for isDisconnectedTooLong in [false, true] {
        facts.isDisconnectedTooLong = isDisconnectedTooLong
        for unsettled in everyUnsettled {
          facts.isLeftBehind = unsettled.isLeftBehind
          facts.isPromised = unsettled.isPromised
          facts.storage = unsettled.storage
          facts.isApplierStuck = unsettled.isStuck
          facts.isElectionStuck = unsettled.isElectionStuck
          facts.isLossPossible = unsettled.isLossPossible
          facts.isStalled = unsettled.isStalled
          facts.isFull = unsettled.isFull
          facts.isPromiseVoid = unsettled.isPromiseVoid
          facts.isClusterUnknown = unsettled.isClusterUnknown
          for isUnverified in [false, true] {
            for isClosed in [false, true] {
              facts.isUnverified = isUnverified
              facts.isClosed = isClosed
              facts.isReceiverHeld = false
              body(facts)
              if facts.answer?.channel?.receiverFailure == nil { continue }
              facts.isReceiverHeld = true
              body(facts)
            }
          }
          facts.isClosed = false
        }
      }
    }
  }
}
