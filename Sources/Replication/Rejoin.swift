/// How a node whose history diverged comes back.
public enum RejoinPolicy: String, Sendable, CaseIterable {
  /// What differs is taken from the primary; where that cannot be, everything is.
  case rewind
  /// Everything is copied from the primary.
  case reclone
  /// It does not: it waits for an operator.
  case hold
}

/// What is known when the agent asks itself whether to rejoin.
public struct RejoinFacts: Sendable, Equatable {
  /// What the operator wants.
  public var policy: RejoinPolicy
  /// The worker of this instance is alive.
  public var isWorkerAlive = false
  /// The instance has something that the primary has not.
  public var isDiverged = false
  /// A worker began to change the data directory and did not end: no server may be started on it.
  public var isHalfDone = false
  /// A worker had stopped the server and did not end; the data is as it was.
  public var isLeftDown = false
  /// The cluster has a primary on another node, which is a member now.
  public var hasPrimary = false
  /// How often it was begun and did not succeed.
  public var failures = 0
  /// What failed would fail again: an operator has to change something first.
  public var isHopeless = false
  /// Since the last failure; nil when the last worker did not say that it failed.
  public var sinceFailure: Duration?

  /// Nothing is known yet but the policy.
  public init(policy: RejoinPolicy) { self.policy = policy }
}

/// What the agent does about rejoining.
public enum RejoinStep: Sendable, Equatable, CaseIterable {
  /// Nothing is to be done.
  case nothing
  /// A worker is at it.
  case watch
  /// Launch the worker.
  case launch
  /// Look again with the next monitor.
  case wait
  /// Only an operator can go on.
  case hold
}

/// How long a failed worker is waited for before the next is launched: 1, 5, 15 minutes.
public func rejoinDelay(failures: Int) -> Duration {
  switch failures {
  case ...0: .zero
  case 1: .seconds(60)
  case 2: .seconds(300)
  default: .seconds(900)
  }
}

/// After so many failures an operator has to look.
public let rejoinAttempts = 3
