extension ClusterState.Operation {
  /// What the result means for whoever asked for the operation.
  public enum Result: Sendable, Equatable {
    /// No result yet.
    case pending
    /// As expected, or a fact found by a probe.
    case expected
    /// A failure, which counts and is recovered from.
    case failed
  }

  /// Whether it looks once whether the resource is there: a monitor without interval.
  public var isProbe: Bool { name == "monitor" && interval == .zero }

  /// Whether there is no result yet.
  public var isPending: Bool { status == .pending }

  /// Whether the agent said that it works, but not well (190, 191). Not a failure.
  public var isDegraded: Bool { exitCode == 190 || exitCode == 191 }

  /// Whether it failed. An agent that is missing where it is only looked for has not.
  public var isFailed: Bool { !isMaskedProbeFailure && result(isManaged: true) == .failed }

  /// The exit code with degraded read as well: 190 as 0, 191 as 8.
  public var effectiveExitCode: Int {
    switch exitCode {
    case 190: 0
    case 191: 8
    default: exitCode
    }
  }

  /// The meaning, by the rules of Pacemaker's scheduler (remap_operation in lib/pengine/unpack.c). `isManaged`
  /// is whether Pacemaker may act on the resource: if not, a resource found stopped is no failure.
  func result(isManaged: Bool) -> Result {
    switch status {
    case .pending: return .pending
    case .done, .failed: break
    default: return .failed
    }
    guard let expected = transition?.expectedExitCode, expected >= 0 else { return .failed }
    switch effectiveExitCode {
    case 0: return expected == 0 || (isProbe && expected == 7) ? .expected : .failed
    case 7: return expected == 7 || isProbe || !isManaged ? .expected : .failed
    case 8: return expected == 8 || isProbe ? .expected : .failed
    default: return .failed
    }
  }

  /// Whether it is a probe that found no agent, or none that could run there.
  var isMaskedProbeFailure: Bool {
    isProbe && (exitCode == 5 || exitCode == 2 || status == .notInstalled)
  }

  /// Whether the scheduler looks at it for the role. It skips other actions, and entries with impossible values.
  var canAffectRole: Bool {
    guard status != .cancelled, status.rawValue >= -1, (0...255).contains(exitCode) else { return false }
    return ["monitor", "start", "stop", "promote", "demote", "migrate_to", "migrate_from", "asyncmon"]
      .contains(name)
  }
}

extension ClusterState.ResourceHistory {
  /// The operations in the order of time: by call number, then by time of result. One without result has no call
  /// number; it comes after everything of its own or an earlier transition of the same controller, and after
  /// everything of another controller.
  public var inOrder: [ClusterState.Operation] {
    var ordered = operations.enumerated()
      .filter { ($0.element.callID ?? -1) >= 0 }
      .sorted { left, right in
        let leftKey = (left.element.callID ?? -1, left.element.lastChange ?? -1, right.offset)
        return leftKey < (right.element.callID ?? -1, right.element.lastChange ?? -1, left.offset)
      }
      .map(\.element)
    var pending: [ClusterState.Operation] = []
    for operation in operations where (operation.callID ?? -1) < 0 {
      let place = ordered.lastIndex { !$0.wasAskedAfter(operation) }.map { $0 + 1 } ?? 0
      if place == ordered.count { pending.append(operation) } else { ordered.insert(operation, at: place) }
    }
    return ordered + pending
  }
}

extension ClusterState.Operation {
  fileprivate func wasAskedAfter(_ other: ClusterState.Operation) -> Bool {
    guard let mine = transition, let theirs = other.transition, mine.origin == theirs.origin else {
      return false
    }
    return mine.number > theirs.number
  }
}
