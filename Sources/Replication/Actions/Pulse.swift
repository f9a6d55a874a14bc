internal import Host

/// Whether a server has stopped doing anything, though it neither ended nor was stopped by a signal: its control group is frozen, as
/// under `docker pause`, or it waits for itself. Nobody logs in for that. A server that does nothing at all for two seconds is woken up
/// by a connection; one that does not move even then, not a thread and not a child, cannot serve anybody. What has too little of a
/// machine, or waits for its disk, or for a lock, moves, or would.
struct Pulse {
  /// How long a server that was woken up may take to move.
  static let patience = Duration.milliseconds(1500)
  /// After how many looks without a move it is woken up.
  private static let quietLooks = 2
  /// How many looks lie between two attempts at least: an idle server is not to be bothered, nor its log. No more, for a frozen
  /// process moves, too, each time that a signal reaches it, and stays frozen.
  private static let pauseBetween = 2

  private let server: ProcessStatus
  private var activity: Activity
  private let knock: (Int32) -> Bool?
  private var quiet = 0
  private var pauses = 0
  private var isTold = false

  /// - Parameter knock: wakes the process up; whether the connection is before it; nil while that is not known. For tests.
  init(of server: ProcessStatus, knock: ((Int32) -> Bool?)? = nil) {
    self.server = server
    activity = Activity(of: server.pid)
    var child: Int32?
    self.knock =
      knock
      ?? { pid in
        child = child ?? Knock.begin(at: pid)
        guard let under = child else { return false }
        let isDone = Knock.isDone(under)
        if isDone != nil { child = nil }
        return isDone
      }
  }

  /// At every look, a second apart. True once when it does not move; it takes `patience` then.
  /// - Parameter hasEnded: waits that long for the server's end, and says whether it came.
  mutating func look(hasEnded: (Duration) -> Bool) -> Bool {
    if activity.hasMoved() {
      quiet = 0
      isTold = false
      if pauses > 0 { pauses -= 1 }
      return false
    }
    quiet += 1
    if pauses > 0 { pauses -= 1 }
    // Whom a signal has stopped is somebody else's.
    guard !isTold, quiet >= Self.quietLooks, pauses == 0, !isStopped else { return false }
    pauses = Self.pauseBetween
    isTold = !wakes(hasEnded: hasEnded)
    return isTold
  }

  /// Nobody could be told: it is looked at again after a while.
  mutating func forget() { isTold = false }

  private var isStopped: Bool { ProcessStatus.identified(by: server.identity)?.isStopped ?? true }

  /// Whether it moves, or ends, or could not be woken up.
  private mutating func wakes(hasEnded: (Duration) -> Bool) -> Bool {
    var isBefore: Bool?
    let deadline = Deadline(after: Self.patience)
    repeat {
      if isBefore == nil { isBefore = knock(server.pid) }
      if isBefore == false || hasEnded(.milliseconds(50)) || activity.hasMoved() { return true }
    } while !deadline.isPast
    return isBefore != true || isStopped
  }
}
