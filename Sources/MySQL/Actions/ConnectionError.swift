internal import OCF

/// Why a connection or a statement gave no rows.
enum ConnectionError: Error, Equatable {
  /// The server said so, with its number (MySQL manual, "Server Error Message Reference").
  case server(number: Int, message: String)
  /// Nothing came in time.
  case noAnswer(Duration)
  /// No connection could be made, or it broke.
  case unreachable(String)

  /// There is no connection left (ER_CON_COUNT_ERROR).
  var isFull: Bool {
    if case .server(1040, _) = self { true } else { false }
  }

  /// The account is unknown or locked, or may not come this way (ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR,
  /// ER_HOST_NOT_PRIVILEGED, ER_ACCOUNT_HAS_BEEN_LOCKED of both families).
  var isRefusedLogin: Bool {
    switch self {
    case .server(1045, _), .server(1698, _), .server(1130, _), .server(3118, _), .server(4151, _): true
    default: false
    }
  }

  /// A lock was waited for as long as the session allows (ER_LOCK_WAIT_TIMEOUT).
  var isLockTimeout: Bool {
    if case .server(1205, _) = self { true } else { false }
  }

  /// Nobody listens there: the machine answers, the server does not run. Silence is no such answer.
  var saysServerIsDown: Bool {
    if case .unreachable(let why) = self { why.contains("(111)") } else { false }
  }

  var reason: String {
    switch self {
    case .server(let number, let message): "\(message), error \(number)"
    case .noAnswer(let limit): "no answer within \(limit.brief)"
    case .unreachable(let why): why
    }
  }
}
