internal import CIB

/// What was done to an instance, for the question whether it takes writes now: not what the scheduler has to fear, but what is known.
struct Deeds {
  /// It was promoted, or found to be a primary, and nothing that was done or begun since has changed that.
  private(set) var isPrimary = false
  /// What is under way, or was tried last in vain.
  private(set) var activity: String?
  /// Nothing speaks against it: the agent's word counts.
  private(set) var mayBePrimary = true

  /// - Parameter operations: in the order of time.
  init(_ operations: [ClusterState.Operation]) {
    for operation in operations { add(operation) }
  }

  private mutating func add(_ operation: ClusterState.Operation) {
    let isDone = operation.status == .done && operation.exitCode == 0
    switch operation.name {
    case "start", "stop", "promote", "demote":
      isPrimary = operation.name == "promote" && isDone
      mayBePrimary = operation.name == "start" && isDone || isPrimary
      activity = operation.status == .pending ? Self.underWay[operation.name] : nil
      if operation.name == "promote", operation.status != .pending, !isDone { activity = "promotion failed" }
    case "monitor" where operation.status == .done:
      // 8 promoted, 191 promoted and degraded (OCF Resource Agent API).
      isPrimary = operation.exitCode == 8 || operation.exitCode == 191
      mayBePrimary = isPrimary
      if isPrimary { activity = nil }
    case "asyncmon" where operation.exitCode != 0:
      isPrimary = false
      mayBePrimary = false
    default: break
    }
  }

  private static let underWay = [
    "start": "starting", "stop": "stopping", "promote": "being promoted", "demote": "being demoted",
  ]
}
