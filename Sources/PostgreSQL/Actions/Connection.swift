internal import CLibPQ
internal import Glibc
internal import Host
internal import OCF

/// Why a connection or a query gave no rows.
enum ConnectionError: Error, Equatable {
  /// The server said so, with its SQLSTATE.
  case server(state: String, message: String)
  /// Nothing came in time.
  case noAnswer(Duration)
  /// No connection could be made, or it broke.
  case unreachable(String)

  /// Somebody answered that there is no server, or none that accepts connections. Silence is not such an answer. libpq
  /// has no code for a refused connection; agents run in the C locale.
  var saysServerIsDown: Bool {
    switch self {
    case .server(let state, _): state == "57P03"
    case .unreachable(let why): why.contains("Connection refused")
    case .noAnswer: false
    }
  }

  var reason: String {
    switch self {
    case .server(let state, let message): "\(message), SQLSTATE \(state)"
    case .noAnswer(let limit): "no answer within \(limit.brief)"
    case .unreachable(let why): why
    }
  }
}

/// One row of text values by column name; SQL's NULL is absent.
typealias ResultRow = [String: String]

/// One connection through libpq, every wait of which ends at a deadline.
struct Connection: ~Copyable {
  let library: UnsafePointer<clibpq>
  let handle: OpaquePointer
  let limit: Duration

  /// Connects with `keywords` (libpq's parameter key words; `dbname` may be a whole connection string). The caller has become the user to connect as: the server
  /// reads the identity of a Unix socket's peer when the connection is made.
  init(_ keywords: [(String, String)], within limit: Duration, until outer: Deadline) throws(ConnectionError)
  {
    let deadline = outer.earlier(limit)
    var why: UnsafePointer<CChar>?
    guard let library = clibpq_load(&why) else {
      throw .unreachable("libpq cannot be loaded: \(why.map { String(cString: $0) } ?? "?")")
    }
    // libpq takes defaults from PGHOST, PGSERVICE, PGOPTIONS and more: what an operator's shell holds must not decide which
    // server is asked.
    forgetEnvironment { $0.hasPrefix("PG") }
    let handle = Self.withCStrings(keywords.map(\.0)) { names in
      Self.withCStrings(keywords.map(\.1)) { values in library.pointee.connectStart(names, values, 1) }
    }
    guard let handle else { throw .unreachable("libpq: out of memory") }
    // Set before the first poll, so that a refused login tells its SQLSTATE: libpq has no other way to it.
    _ = library.pointee.setErrorVerbosity(handle, PQERRORS_VERBOSE)
    var poll = PGRES_POLLING_WRITING
    while poll != PGRES_POLLING_OK {
      if poll == PGRES_POLLING_FAILED || library.pointee.status(handle) == CONNECTION_BAD {
        let error = Self.connectionError(Self.text(library.pointee.errorMessage(handle)))
        library.pointee.finish(handle)
        throw error
      }
      let wanted = poll == PGRES_POLLING_READING ? POLLIN : POLLOUT
      guard isReady(library.pointee.socket(handle), for: Int16(wanted), until: deadline) else {
        library.pointee.finish(handle)
        throw .noAnswer(limit)
      }
      poll = library.pointee.connectPoll(handle)
    }
    _ = library.pointee.setNonBlocking(handle, 1)
    self.library = library
    self.handle = handle
    self.limit = limit
  }

  deinit { library.pointee.finish(handle) }

  /// Runs one statement and returns its rows.
  borrowing func query(_ statement: String, until outer: Deadline) throws(ConnectionError) -> [ResultRow] {
    let deadline = outer.earlier(limit)
    try send(statement, until: deadline)
    var rows: [ResultRow] = []
    var failure: ConnectionError?
    while true {
      do throws(ConnectionError) {
        while library.pointee.isBusy(handle) == 1 { try receive(until: deadline) }
      } catch {
        if case .unreachable = error, let failure { throw failure }
        throw error
      }
      guard let result = library.pointee.getResult(handle) else { break }
      defer { library.pointee.clear(result) }
      switch library.pointee.resultStatus(result) {
      case PGRES_TUPLES_OK: rows = read(result)
      case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
      default: failure = failure ?? error(of: result)
      }
    }
    if let failure { throw failure }
    return rows
  }

  borrowing func send(_ statement: String, until deadline: Deadline) throws(ConnectionError) {
    guard library.pointee.sendQuery(handle, statement) == 1 else { throw broken() }
    while case let left = library.pointee.flush(handle), left != 0 {
      guard left > 0 else { throw broken() }
      guard isReady(library.pointee.socket(handle), for: Int16(POLLOUT), until: deadline) else {
        throw .noAnswer(limit)
      }
    }
  }

  /// Waits for something from the server, and takes it.
  borrowing func receive(until deadline: Deadline) throws(ConnectionError) {
    guard isReady(library.pointee.socket(handle), for: Int16(POLLIN), until: deadline) else {
      throw .noAnswer(limit)
    }
    guard library.pointee.consumeInput(handle) == 1 else { throw broken() }
  }

  private borrowing func read(_ result: OpaquePointer) -> [ResultRow] {
    (0..<library.pointee.rows(result)).map { row in
      var values: ResultRow = [:]
      for column in 0..<library.pointee.columns(result) where library.pointee.isNull(result, row, column) == 0
      {
        guard let name = library.pointee.columnName(result, column),
          let value = library.pointee.value(result, row, column)
        else { continue }
        values[String(cString: name)] = String(cString: value)
      }
      return values
    }
  }

  borrowing func error(of result: OpaquePointer) -> ConnectionError {
    guard let state = library.pointee.resultErrorField(result, clibpq_field_sqlstate()),
      let message = library.pointee.resultErrorField(result, clibpq_field_message())
    else { return .unreachable(Self.oneLine(Self.text(library.pointee.resultErrorMessage(result)))) }
    return .server(state: String(cString: state), message: String(cString: message))
  }

  borrowing func broken() -> ConnectionError {
    .unreachable(Self.oneLine(Self.text(library.pointee.errorMessage(handle))))
  }

  /// Finds `FATAL:  53300: sorry, too many clients already` in what libpq says of a failed login, and the line of detail
  /// that may follow: only it tells a standby that is not consistent yet from one that never lets anybody in.
  static func connectionError(_ text: String) -> ConnectionError {
    let detail =
      text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("DETAIL:") }.map {
        ": " + String($0.dropFirst("DETAIL:".count).drop { $0 == " " })
      } ?? ""
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        let state = part.drop { $0 == " " }
        guard state.count == 5, index > 0, index + 1 < parts.count,
          state.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) }),
          state.contains(where: \.isNumber)
        else { continue }
        let message = parts[(index + 1)...].joined(separator: ":").drop { $0 == " " }
        return .server(state: String(state), message: message + detail)
      }
    }
    return .unreachable(oneLine(text))
  }

  private static func text(_ message: UnsafePointer<CChar>?) -> String {
    message.map { String(cString: $0) } ?? "libpq gave no reason"
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: { $0.isNewline || $0 == "\t" }).prefix(2).joined(separator: " ")
  }

  private static func withCStrings<R>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
  ) -> R {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    let pointers: [UnsafePointer<CChar>?] = copies.map { UnsafePointer($0) } + [nil]
    return pointers.withUnsafeBufferPointer { buffer in
      var empty: UnsafePointer<CChar>?
      return buffer.baseAddress.map(body) ?? body(&empty)
    }
  }
}
