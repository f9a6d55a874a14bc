internal import Host

/// Whether a server has stopped doing anything, though it neither ended nor was stopped by a signal: its control group is frozen, as
/// under `docker pause`, or it waits for itself. Nobody logs in for that. A server that does nothing at all for two seconds is woken up
/// by a connection; one that does not move even then, not a thread and not a child, cannot serve anybody. What has too little of a
/// machine, or waits for its disk, or for a lock, moves, or would.
struct Pulse {
  /// One attempt to wake a server up: whether the connection is before it; nil while that is not known yet.
  typealias Attempt = () -> Bool?

  /// How long a server before which a connection is may take to move, and an attempt to get there.
  static let patience = Duration.milliseconds(1500)
  /// After how many looks without a move it is woken up.
  private static let quietLooks = 2
  /// How many looks lie between two attempts at least: an idle server is not to be bothered, nor its log. No more, for a frozen
  /// process moves, too, each time that a signal reaches it, and stays frozen.
  private static let pauseBetween = 3
  /// The same after one that could not even be begun.
  private static let pauseAfterTrouble = 60

  private let server: ProcessStatus
  private var activity: Activity
  private let begin: (Int32) -> Attempt?
  /// One that nobody waited for: its answer, whenever it comes, says nothing of now.
  private var leftover: Attempt?
  private var quiet = 0
  private var pauses = 0
  private var isTold = false
  /// How often the server's first thread had been on a processor before it was woken up in vain.
  private(set) var switches: UInt64?

  /// - Parameter begin: begins to wake the process up; nil if that cannot be.
  init(of server: ProcessStatus, begin: @escaping (Int32) -> Attempt? = Knock.begin) {
    self.server = server
    activity = Activity(of: server.pid)
    self.begin = begin
  }

  /// At every look, a second apart. True once when it does not move; it takes twice `patience` at most then.
  /// - Parameter hasEnded: waits that long for the server's end, and says whether it came.
  mutating func look(hasEnded: (Duration) -> Bool) -> Bool {
    if pauses > 0 { pauses -= 1 }
    if let attempt = leftover, attempt() != nil { leftover = nil }
    if activity.hasMoved() {
      quiet = 0
      isTold = false
      return false
    }
    quiet += 1
    // Whom a signal has stopped is somebody else's.
    guard !isTold, quiet >= Self.quietLooks, pauses == 0, leftover == nil, !isStopped else { return false }
    isTold = !isWoken(hasEnded: hasEnded)
    if !isTold { quiet = 0 }
    return isTold
  }

  /// Nobody could be told: it is looked at again after a while.
  mutating func forget() {
    isTold = false
    quiet = 0
    pauses = Self.pauseBetween
  }

  private var isStopped: Bool { ProcessStatus.identified(by: server.identity)?.isStopped ?? true }

  /// Whether it moves, or ends, or could not be woken up.
  private mutating func isWoken(hasEnded: (Duration) -> Bool) -> Bool {
    pauses = Self.pauseBetween
    switches = Activity.switches(of: server.pid)
    guard let attempt = begin(server.pid) else {
      pauses = Self.pauseAfterTrouble
      return true
    }
    var deadline = Deadline(after: Self.patience)
    var isBefore: Bool?
    repeat {
      if isBefore == nil {
        isBefore = attempt()
        if isBefore == true { deadline = Deadline(after: Self.patience) }
      }
      if isBefore == false { return true }
      if hasEnded(.milliseconds(50)) || activity.hasMoved() {
        if isBefore == nil { leftover = attempt }
        return true
      }
    } while !deadline.isPast
    if isBefore == nil { leftover = attempt }
    return isBefore != true || isStopped
  }
}
