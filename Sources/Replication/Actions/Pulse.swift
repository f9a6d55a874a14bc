internal import Host

/// A connection that is kept, so that the server at its other end can be asked whether it still answers.
package protocol HeldConnection: AnyObject {
  /// Sends a question that costs the server nothing, and does not wait. False when the connection is gone.
  func ask() -> Bool

  /// Whether the answer is there; nil when the connection is gone.
  func hasAnswer() -> Bool?
}

/// What came of calling a server anew.
package enum Call {
  /// It let somebody in.
  case answered(any HeldConnection)
  /// It said nothing within `Pulse.patience`, or so many wait to be let in that no more may (connect(2), EAGAIN).
  case silent
  /// It refused, or could not be reached: somebody else has to find out why.
  case refused
}

/// Whether a server has stopped answering and doing anything, though it neither ended nor was stopped by a signal: it is in a frozen
/// control group, or waits for itself. Load alone looks otherwise: what has too little of a machine wants a processor, waits for
/// storage or memory, or gets something done in the end.
package struct Pulse {
  /// How long a server may take to let somebody in who calls it because it has not answered for two looks.
  package static let patience = Duration.milliseconds(1500)
  /// How many looks after it could not be called it is called again.
  private static let pauseAfterRefusal = 10

  private let server: Int32
  private let call: () -> Call
  private var held: (any HeldConnection)?
  private var isAsked = false
  private var wait = 0
  private var isTold = false
  /// At the first look that found no answer.
  private var before: Activity?

  /// - Parameter call: connects to the server.
  init(of server: ProcessStatus, call: @escaping () -> Call) {
    self.server = server.pid
    self.call = call
  }

  /// At every look, a second apart. True once, with the third look in a row that finds no answer, when nobody else is let in either,
  /// and neither a thread nor a child of the server has used the processor since the second, nor is about to.
  mutating func look() -> Bool {
    guard let held else { return connect() }
    guard isAsked else {
      ask(held)
      return false
    }
    switch held.hasAnswer() {
    case nil: forget()
    case true?:
      isTold = false
      ask(held)
    case false?: return isMute(isSilent: false)
    }
    return false
  }

  /// It may have stopped before there was a connection.
  private mutating func connect() -> Bool {
    wait -= 1
    guard wait < 0 else { return false }
    let outcome = call()
    guard case .silent = outcome else {
      take(outcome)
      return false
    }
    return isMute(isSilent: true)
  }

  private mutating func take(_ outcome: Call) {
    forget()
    if case .answered(let connection) = outcome { held = connection } else { wait = Self.pauseAfterRefusal }
  }

  private mutating func forget() {
    held = nil
    isAsked = false
    before = nil
  }

  private mutating func ask(_ held: any HeldConnection) {
    before = nil
    isAsked = held.ask()
    if !isAsked { forget() }
  }

  /// - Parameter isSilent: it was just called.
  private mutating func isMute(isSilent: Bool) -> Bool {
    let now = Activity(of: server)
    guard let now, !now.isBusy, now == before else {
      before = now
      return false
    }
    guard !isTold else { return false }
    switch isSilent ? .silent : call() {
    case .answered(let connection): take(.answered(connection))
    case .silent: isTold = Activity(of: server) == now
    case .refused: break
    }
    return isTold
  }
}
