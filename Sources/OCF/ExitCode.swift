/// What an agent answers Pacemaker (OCF Resource Agent API 1.1, "Exit status codes").
public enum ExitCode: Int32, Sendable, CaseIterable {
  /// The action succeeded; for a monitor: running, and unpromoted.
  case success = 0
  /// A soft error: Pacemaker recovers on this node or another.
  case genericError = 1
  /// The parameters cannot work on this node; Pacemaker tries others.
  case invalidArguments = 2
  /// The agent has no such action.
  case unimplemented = 3
  /// A permission is missing on this node.
  case insufficientPrivileges = 4
  /// Something that must be installed is not, on this node.
  case notInstalled = 5
  /// The configuration is wrong everywhere; Pacemaker gives up on all nodes.
  case notConfigured = 6
  /// Nothing of the instance runs.
  case notRunning = 7
  /// Running, and promoted.
  case runningPromoted = 8
  /// Was promoted, and failed.
  case failedPromoted = 9
  /// Running and unpromoted, with something an operator should see (Pacemaker 2.1: shown as failed, no recovery).
  case degraded = 190
  /// Running and promoted, with something an operator should see.
  case degradedPromoted = 191

  /// True for the codes by which a monitor says that the instance runs in some role without having failed.
  public var isRunning: Bool {
    switch self {
    case .success, .runningPromoted, .degraded, .degradedPromoted: true
    default: false
    }
  }

  /// True for the two codes by which a monitor says "promoted".
  public var isPromoted: Bool { self == .runningPromoted || self == .degradedPromoted }
}

/// An action that could not be done: what Pacemaker should do next, and the line an operator reads in `crm_mon`.
public struct OCFError: Error, Equatable, Sendable {
  /// Chosen by what should happen next, not by what went wrong.
  public let code: ExitCode
  /// One line: object, what is wrong (evidence), what it needs.
  public let reason: String

  /// An error with its exit code and its sentence.
  public init(_ code: ExitCode, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
