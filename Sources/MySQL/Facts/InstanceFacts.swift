public import OCF
public import Replication

/// Everything that one look at an instance found: three witnesses, each of which may be silent.
public struct InstanceFacts: Sendable, Equatable {
  /// What is at `datadir`.
  public enum DataDirectory: Sendable, Equatable {
    /// Nothing is there.
    case missing
    /// Something is, but no system tablespace.
    case notMySQL
    /// It could not be read.
    case unreadable(String)
    /// A data directory.
    case present
  }

  /// The server's process, as the pid file, /proc and the holders of the data directory show it.
  public enum Process: Sendable, Equatable {
    /// There is none.
    case absent
    /// It runs.
    case running(pid: Int32)
    /// It exists and does nothing: stopped by a signal or by a debugger (/proc state T or t), or `isMute`.
    case frozen(pid: Int32)
  }

  /// What came of asking it.
  public enum Connection: Sendable, Equatable {
    /// There is nobody to ask.
    case notTried
    /// The server answered.
    case answered(ServerAnswer)
    /// Its socket is not there: it is starting, recovering, or stopping.
    case notReady(String)
    /// It said that it has no connection left (error 1040).
    case full(String)
    /// It refused the login or a statement, with this error.
    case refused(number: Int, message: String)
    /// Nothing came within the time limit.
    case noAnswer(Duration)
    /// The connection could not even be made.
    case unreachable(String)
  }

  /// What is at `datadir`.
  public var dataDirectory: DataDirectory
  /// The process.
  public var process: Process
  /// What the server said.
  public var connection: Connection
  /// The server wrote its pid file, which it does when it is ready, and removes when it ends.
  public var hasPidFile = false
  /// Something restarts the server behind the cluster's back: mysqld_safe, a unit of the service manager.
  public var supervisor: String?
  /// The agent started this server and has not stopped it since.
  public var isOurs = false
  /// A sentinel found that it does nothing, not even when somebody connects, though no signal has stopped it.
  public var isMute = false
  /// What the operator wants of a primary whose server crashed.
  public var onCrash: CrashPolicy = .failover
  /// What the cluster believes; nil on a probe.
  public var expected: InstanceRole?
  /// What the last monitor found, for when nobody can be asked now.
  public var remembered: InstanceRole?
  /// Its own transactions when they were last compared with the primary's; nil when they never were, and of a primary.
  public var verified: GTIDPosition?
  /// The server left every question unanswered for longer than `frozen_timeout`.
  public var isSilentTooLong = false
  /// The server has been starting for longer than `frozen_timeout`, using no processor time.
  public var isStuck = false

  /// A write to its storage does not end.
  public var isStorageHung = false

  /// Facts of one look.
  public init(dataDirectory: DataDirectory, process: Process, connection: Connection) {
    self.dataDirectory = dataDirectory
    self.process = process
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

  /// What it wrote itself since, although it is a replica; nil for nothing.
  public var strayTransactions: GTIDPosition? { answer?.strayTransactions(since: verified) }

  /// True if a server is there, in whatever state.
  public var hasProcess: Bool { process != .absent }
}
