public import OCF
public import Replication

/// Everything that one look at an instance found: four witnesses, each of which may be silent.
public struct InstanceFacts: Sendable, Equatable {
  /// What is at `pgdata`.
  public enum DataDirectory: Sendable, Equatable {
    /// Nothing is there.
    case missing
    /// Something is, but no `PG_VERSION`.
    case notPostgreSQL
    /// It could not be read.
    case unreadable(String)
    /// A data directory of this version: `9.6`, `15`.
    case present(version: String)
  }

  /// The postmaster, as `postmaster.pid`, /proc and the holders of the data directory show it.
  public enum Postmaster: Sendable, Equatable {
    /// Not one process of the instance is left.
    case absent
    /// The postmaster is gone, these of its processes are not.
    case orphans([Int32])
    /// It runs.
    case running(pid: Int32)
    /// It exists and does nothing: stopped by a signal or by a debugger (/proc state T or t), or `isMute`.
    case frozen(pid: Int32)
  }

  /// What came of the one query.
  public enum Connection: Sendable, Equatable {
    /// There is nobody to ask.
    case notTried
    /// The server answered.
    case answered(ServerAnswer)
    /// It said that it is not ready: starting, recovering, or stopping (SQLSTATE 57P03).
    case notReady(String)
    /// It said that it has no connection left (SQLSTATE 53300).
    case full(String)
    /// It refused the login or the query, with this SQLSTATE and message.
    case refused(state: String, message: String)
    /// Nothing came within the time limit.
    case noAnswer(Duration)
    /// The connection could not even be made.
    case unreachable(String)
  }

  /// Whether a server that is not ready comes closer to being so.
  public enum Progress: Sendable, Equatable, CaseIterable {
    /// Not measured, or nothing to measure.
    case unknown
    /// Its recovery moved since the last look.
    case advancing
    /// It did not move for longer than is allowed.
    case stuck
  }

  /// What is at `pgdata`.
  public var dataDirectory: DataDirectory
  /// The processes.
  public var postmaster: Postmaster
  /// The pid file, where there is one.
  public var pidFile: PostmasterPidFile?
  /// `pg_control`; nil when it could not be read, or was not asked for because the server answered.
  public var control: ControlData?
  /// The query.
  public var connection: Connection
  /// The data directory comes from a base backup that was not yet started (or was left by an exclusive backup).
  public var hasBackupLabel = false
  /// A point-in-time recovery is prepared or under way.
  public var hasRecoverySignal = false
  /// What the cluster believes; nil on a probe.
  public var expected: InstanceRole?
  /// See `Progress`.
  public var progress: Progress = .unknown
  /// The server left every question unanswered for longer than `frozen_timeout`.
  public var isSilentTooLong = false
  /// A sentinel found that it does nothing, not even when somebody connects, though no signal has stopped it.
  public var isMute = false
  /// What the operator wants of a primary whose backend crashed.
  public var onCrash: CrashPolicy = .failover

  /// A write to its storage does not end.
  public var isStorageHung = false

  /// Facts of one look.
  public init(dataDirectory: DataDirectory, postmaster: Postmaster, connection: Connection) {
    self.dataDirectory = dataDirectory
    self.postmaster = postmaster
    self.connection = connection
  }

  /// All connections that applications may have are taken.
  public var isFull: Bool {
    switch connection {
    case .full: true
    case .answered(let answer): answer.isFull
    case .notTried, .notReady, .refused, .noAnswer, .unreachable: false
    }
  }

  /// The server's answer, if it gave one.
  public var answer: ServerAnswer? {
    if case .answered(let answer) = connection { answer } else { nil }
  }

  /// True if the data is that of a server that ended as a primary; a copy of one that was never started is not.
  public var wasPrimary: Bool {
    switch control?.state {
    case .inProduction, .shutDown, .shuttingDown, .inCrashRecovery: !hasBackupLabel
    case .startingUp, .shutDownInRecovery, .inArchiveRecovery, nil: false
    }
  }

  /// True if a postmaster is there, in whatever state.
  public var hasPostmaster: Bool {
    switch postmaster {
    case .running, .frozen: true
    case .absent, .orphans: false
    }
  }

  /// The role that the server's own files tell, for when it cannot be asked: nil unless both agree.
  public var roleOnDisk: InstanceRole? {
    switch (pidFile?.status, control?.state) {
    case (.ready, .inProduction): .promoted
    // A hot standby's postmaster says "ready", too (PostgreSQL, postmaster.c, process_pm_pmsignal).
    case (.ready, .inArchiveRecovery), (.standby, .inArchiveRecovery): .unpromoted
    default: nil
    }
  }
}
