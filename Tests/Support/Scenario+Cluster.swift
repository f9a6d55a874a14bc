package import OCF
package import Replication

extension Scenario {
  /// What the cluster believes of an instance, or what a monitor remembers of it; nil when the key is not there.
  package mutating func role(_ key: String) throws -> InstanceRole? {
    switch take(key) {
    case nil: return nil
    case "promoted": return .promoted
    case "unpromoted": return .unpromoted
    case .some(let word): throw malformed("\(key): \(word)")
    }
  }

  /// What the operator wants of a primary that crashed.
  package mutating func crashPolicy() throws -> CrashPolicy {
    try take("on-crash", as: CrashPolicy.self) ?? .failover
  }

  /// The code of the monitor.
  package mutating func monitorCode() throws -> ExitCode {
    guard let code = Int32(try need("monitor")).flatMap(ExitCode.init(rawValue:)) else {
      throw malformed("monitor")
    }
    return code
  }

  /// How the local history relates to the primary's.
  package mutating func history() throws -> HistoryCheck {
    let (word, rest) = Scenario.cut(take("history") ?? "")
    switch word {
    case "": return .notCompared
    case "follows": return .follows
    case "diverged": return .diverged(rest)
    case "foreign": return .foreign(rest)
    case "unreachable": return .primaryUnreachable(rest)
    case "down": return .primaryDown(rest)
    default: throw malformed("history: \(word)")
    }
  }
}

/// One of each history that rules tell apart.
package let everyHistory: [HistoryCheck] = [
  .notCompared, .primaryUnreachable("no route"), .primaryDown("refused"), .follows, .diverged("why"),
  .foreign("why"),
]

/// What is not settled in a cluster, alone and all at once.
package let everyUnsettled: [Unsettled] = [
  Unsettled(), Unsettled(isLeftBehind: true), Unsettled(isLeftBehind: true, isPromised: true),
  Unsettled(isElectionStuck: true), Unsettled(storage: .full),
  Unsettled(isClusterUnknown: true),
  Unsettled(isLossPossible: true), Unsettled(isStalled: true), Unsettled(isPromiseVoid: true),
  Unsettled(
    isLeftBehind: true, isPromised: true, isElectionStuck: true, isClusterUnknown: true, isLossPossible: true,
    isStalled: true,
    isPromiseVoid: true, isFull: true),
  Unsettled(storage: .hung, isStalled: true), Unsettled(isStuck: true),
  Unsettled(storage: .full, isStuck: true), Unsettled(isFull: true),
  Unsettled(isPromiseVoid: true, isFull: true),
]

/// What is not settled in a cluster.
package struct Unsettled: Sendable {
  package var isLeftBehind = false
  package var isPromised = false
  package var storage = StorageCondition.sound
  package var isElectionStuck = false
  package var isClusterUnknown = false
  package var isLossPossible = false
  package var isStalled = false
  package var isPromiseVoid = false
  package var isStuck = false
  package var isFull = false
}
