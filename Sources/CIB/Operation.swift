extension ClusterState {
  /// What is recorded of one resource on one node (`<lrm_resource>`).
  public struct ResourceHistory: Sendable, Equatable {
    /// The id as recorded: an instance number, as in `pg:0`, only for older entries and globally unique clones.
    public var id: String
    /// The agent's class, as in `ocf`.
    public var agentClass: String
    /// The agent's provider, as in `heartbeat`; nil for classes without.
    public var provider: String?
    /// The agent's type, as in `pgsqlms`.
    public var type: String
    /// The operations, in document order, which says nothing about the order in time: see `inOrder`.
    public var operations: [Operation]
  }

  /// One recorded operation (`<lrm_rsc_op>`). Pacemaker keeps the last of each name and interval, and the last
  /// failure of each.
  public struct Operation: Sendable, Equatable {
    /// How the operation ended for the executor (`op-status`).
    public struct Status: RawRepresentable, Sendable, Hashable {
      /// Pacemaker's number.
      public let rawValue: Int
      /// The status with Pacemaker's number `rawValue`.
      public init(rawValue: Int) { self.rawValue = rawValue }
      /// Started, no result yet.
      public static let pending = Status(rawValue: -1)
      /// The agent answered.
      public static let done = Status(rawValue: 0)
      /// Cancelled before it ran.
      public static let cancelled = Status(rawValue: 1)
      /// Killed at its timeout.
      public static let timedOut = Status(rawValue: 2)
      /// The agent does not know the action.
      public static let notSupported = Status(rawValue: 3)
      /// It failed and can be tried again.
      public static let failed = Status(rawValue: 4)
      /// It failed and must not be tried again on this node.
      public static let failedHard = Status(rawValue: 5)
      /// It failed and must not be tried again on any node.
      public static let failedFatally = Status(rawValue: 6)
      /// The agent is not installed.
      public static let notInstalled = Status(rawValue: 7)
      /// No connection to the node's executor.
      public static let notConnected = Status(rawValue: 8)
      /// Not valid for this kind of agent.
      public static let invalid = Status(rawValue: 9)
    }

    /// The entry's id, as in `pg_last_0` or `pg_last_failure_0`.
    public var id: String
    /// The action: `start`, `monitor`, `promote`...
    public var name: String
    /// How often it is repeated; zero for once.
    public var interval: Duration
    /// The executor's number of the call: rises with every action on the node; nil when unreadable, -1 while pending.
    public var callID: Int?
    /// The agent's exit code; 193 while pending.
    public var exitCode: Int
    /// How it ended for the executor.
    public var status: Status
    /// The transition that asked for it; nil when unreadable.
    public var transition: Transition?
    /// How long it ran.
    public var executionTime: Duration?
    /// How long it waited before it ran.
    public var queueTime: Duration?
    /// When the result last changed (a failure) or the action last ran: seconds of the Unix epoch.
    public var lastChange: Int?
    /// The agent's reason, empty when it gave none.
    public var exitReason: String
    /// The node named in the entry (`on_node`), which is not necessarily a fact about where it is recorded.
    public var node: String?
    /// The function of Pacemaker that wrote the entry (`crm-debug-origin`).
    public var origin: String?
  }

  /// A transition key: who asked for an operation, and what was expected.
  public struct Transition: Sendable, Equatable {
    /// The action's number within the transition.
    public var action: Int
    /// The transition's number.
    public var number: Int
    /// The exit code that was expected: 7 for a probe of a stopped resource, 8 for a promoted one's monitor.
    public var expectedExitCode: Int
    /// The UUID of the controller that asked.
    public var origin: String
  }
}
