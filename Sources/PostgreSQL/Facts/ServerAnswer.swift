/// What a server said of itself in one query.
public struct ServerAnswer: Sendable, Equatable {
  /// What only a standby has.
  public struct Standby: Sendable, Equatable {
    /// The end of what was received and flushed since the server started; nil before the first attempt.
    public var received: LSN?
    /// The end of what its receiver wrote, of which some may be here already.
    public var written: LSN?
    /// The end of what was replayed.
    public var replayed: LSN?
    /// `streaming`, `catchup`, `waiting`, ...; nil when there is no receiver.
    public var receiverStatus: String?
    /// The end of the sender's WAL as it last told.
    public var sendersEnd: LSN?
    /// Since when nothing came from the sender.
    public var silence: Duration?
    /// How old the last replayed commit is.
    public var replayAge: Duration?
    /// Replay was paused by hand.
    public var isReplayPaused = false
    /// It waits before it replays a commit (`recovery_min_apply_delay`).
    public var isDelayed = false
    /// The slot that its receiver streams by; nil when there is none.
    public var receiverSlot: String?
    /// The setting `primary_conninfo`, to see whom it follows; nil when the login may not see it.
    public var primaryConnection: String?

    /// A standby of which nothing is known yet.
    public init() {}

    /// True while WAL arrives that goes on where replay is. A receiver begins anew at the start of a segment; one of a
    /// diverged standby is "streaming", too, for a moment every few seconds, but never gets to where its own WAL is. What it
    /// gets up to where replay is it writes and does not flush (XLogWalRcvFlush): where nothing new comes, on an idle night, what was
    /// received stays at the start of the segment.
    public var isStreaming: Bool {
      guard receiverStatus == "streaming", let replayed else { return false }
      return [received, written].compactMap { $0 }.contains { $0 >= replayed }
    }

    /// True if it has received what the sender has, but for the size of one WAL file.
    public var hasCaughtUp: Bool {
      guard isStreaming, let sendersEnd, let received else { return false }
      return sendersEnd.distance(after: received) <= 16 << 20
    }

    /// Where replay stands, if it should go on: something was received a while ago, and nothing holds it up on purpose.
    public var overdue: LSN? {
      guard isStreaming, !isReplayPaused, !isDelayed, let received, let replayed, received > replayed,
        replayAge ?? .zero > .seconds(30)
      else { return nil }
      return replayed
    }

    /// How many bytes the sender has that were not replayed; nil when nobody sends.
    public var lag: UInt64? {
      guard isStreaming, let end = sendersEnd, let replayed else { return nil }
      return end.distance(after: replayed)
    }

    /// How old the data is: zero when everything sent is replayed; nil when nobody sends.
    public var delay: Duration? {
      guard let lag else { return nil }
      return lag == 0 ? .zero : replayAge
    }
  }

  /// Nil on a primary.
  public var standby: Standby?
  /// The timeline that a primary writes, or that a standby receives; nil on a standby that receives nothing.
  public var timeline: Timeline?
  /// Prepared transactions (PREPARE TRANSACTION).
  public var preparedTransactions = 0
  /// The age of the oldest of them.
  public var oldestPrepared: Duration?
  /// Standbys that stream from this server.
  public var streamingStandbys = 0
  /// The agent's own slots.
  public var slots: [ReplicationSlot] = []
  /// All connections that applications may have are taken.
  public var isFull = false

  /// The setting `restart_after_crash`; nil when it was not asked.
  public var restartsAfterCrash: Bool?

  /// An answer of which nothing is known but the role.
  public init(standby: Standby?) { self.standby = standby }
}
