internal import CMariaDB
internal import Glibc
internal import Host
internal import MySQLFacts

/// One row of text values by column name; SQL's NULL is absent.
typealias ResultRow = [String: String]

/// A login.
struct Account {
  let user: String
  /// Empty where the Unix socket tells who one is.
  let password: String
}

/// How a server is reached.
enum ServerAddress {
  /// `process` must be the one that listens there; nil for any.
  case socket(String, process: Int32?)
  case tcp(host: String, port: Int, ca: String?, certificate: String?, key: String?)

  /// The socket's path, or the host.
  fileprivate var place: String {
    switch self {
    case .socket(let path, _): path
    case .tcp(let host, _, _, _, _): host
    }
  }
}

/// One connection through libmariadb, every wait of which ends at a deadline. It is closed when the last reference goes.
final class Connection {
  private let library: UnsafePointer<cmariadb>
  private let handle: UnsafeMutablePointer<MYSQL>
  private let limit: Duration
  /// Nothing is under way, so the server may be told goodbye.
  private var isIdle = false
  /// What the server says it is.
  let version: ServerVersion

  /// Connects. For a Unix socket the caller has become the user to connect as: the server reads the identity of the
  /// socket's peer when the connection is made.
  init(
    _ address: ServerAddress, as account: Account, within limit: Duration, until outer: Deadline
  ) throws(ConnectionError) {
    let deadline = outer.earlier(limit)
    var why: UnsafePointer<CChar>?
    guard let library = cmariadb_load(&why) else {
      throw .unreachable("libmariadb cannot be loaded: \(why.map { String(cString: $0) } ?? "?")")
    }
    // An operator's shell must not decide which server is asked, nor which plugins are loaded.
    forgetEnvironment { name in
      ["MYSQL_", "MARIADB_", "LIBMYSQL_"].contains { name.hasPrefix($0) }
    }
    guard let handle = cmariadb_new(library, UInt32(clamping: deadline.remaining.components.seconds + 1))
    else {
      throw .unreachable("libmariadb: out of memory")
    }
    do throws(ConnectionError) {
      try Self.connect(library, handle, address, account, limit, deadline)
      guard let text = library.pointee.serverVersion(handle).map({ String(cString: $0) }),
        let version = ServerVersion(text)
      else { throw .unreachable("what answers is no MySQL and no MariaDB") }
      self.version = version
    } catch {
      cmariadb_abandon(library, handle)
      throw error
    }
    self.library = library
    self.handle = handle
    self.limit = limit
    isIdle = true
  }

  deinit {
    if isIdle { library.pointee.close(handle) } else { cmariadb_abandon(library, handle) }
  }

  private static func connect(
    _ library: UnsafePointer<cmariadb>, _ handle: UnsafeMutablePointer<MYSQL>, _ address: ServerAddress,
    _ account: Account, _ limit: Duration, _ deadline: Deadline
  ) throws(ConnectionError) {
    var made: UnsafeMutablePointer<MYSQL>?
    var status: Int32
    // The library keeps these pointers until it has connected.
    let user = strdup(account.user)
    let password = strdup(account.password)
    let place = strdup(address.place)
    defer { for text in [user, password, place] { free(text) } }
    switch address {
    case .socket:
      cmariadb_restrict(library, handle)
      cmariadb_use_socket(library, handle)
      status = library.pointee.connectStart(&made, handle, nil, user, password, nil, 0, place, 0)
    case .tcp(_, let port, let ca, let certificate, let key):
      if ca == nil { cmariadb_restrict(library, handle) }
      cmariadb_use_tcp(library, handle, ca, certificate, key)
      status = library.pointee.connectStart(
        &made, handle, place, user, password, nil, UInt32(clamping: port), nil, 0)
    }
    var isAgreed = false
    while status != 0 {
      try checkPeer(library, handle, address)
      try wait(library, handle, status, limit, deadline)
      if case .tcp(_, _, let ca, let certificate, let key) = address, !isAgreed {
        isAgreed = try agreeOnTLS(
          library, handle, isRequired: (ca ?? certificate ?? key) != nil, limit, deadline)
      }
      let left = deadline.remaining.components
      cmariadb_limit(library, handle, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
      // With the connect timeout comes this one, which the deadline does better.
      status = library.pointee.connectContinue(&made, handle, status & ~MYSQL_WAIT_TIMEOUT)
    }
    guard made != nil else {
      let error = error(library, handle)
      if case .unreachable = error, deadline.isPast { throw .noAnswer(limit) }
      throw error
    }
    try checkPeer(library, handle, address)
    cmariadb_never_wait(library, handle)
    // A library before 3.4 connects in clear where the server has no TLS, whatever it was told (CONC-656).
    if case .tcp(_, _, .some, _, _) = address, library.pointee.cipher(handle) == nil {
      throw .unreachable("the connection is not encrypted although ssl_ca is set; needs a server with TLS")
    }
  }

  /// Who listens on a Unix socket is told by the kernel: the process, not the path, is the server that was asked for.
  private static func checkPeer(
    _ library: UnsafePointer<cmariadb>, _ handle: UnsafeMutablePointer<MYSQL>, _ address: ServerAddress
  ) throws(ConnectionError) {
    guard case .socket(let path, .some(let process)) = address else { return }
    guard let peer = Sockets.peer(of: library.pointee.socket(handle)), peer != process else { return }
    let name = ProcessStatus.of(peer).map { " (\($0.command))" } ?? ""
    throw .unreachable("process \(peer)\(name) listens on \(path), and the instance's is \(process)")
  }

  /// Looks at what the server offers before the library answers it. The library, before 3.4, connects without TLS where it was
  /// told to use it, and sends the password in clear then.
  /// - Returns: false while there is no connection.
  private static func agreeOnTLS(
    _ library: UnsafePointer<cmariadb>, _ handle: UnsafeMutablePointer<MYSQL>, isRequired: Bool,
    _ limit: Duration, _ deadline: Deadline
  ) throws(ConnectionError) -> Bool {
    var offered = cmariadb_offered(library, handle)
    if offered == CMARIADB_NOT_CONNECTED { return false }
    while offered == CMARIADB_INCOMPLETE {
      try wait(library, handle, MYSQL_WAIT_READ, limit, deadline)
      offered = cmariadb_offered(library, handle)
      if offered == CMARIADB_INCOMPLETE { pause(.milliseconds(1), until: deadline) }
    }
    if offered == CMARIADB_TLS { cmariadb_use_tls(library, handle) }
    if offered == CMARIADB_NO_TLS, isRequired {
      throw .unreachable("the server has no TLS although ssl_ca or ssl_cert is set; needs a server with TLS")
    }
    return true
  }

  /// Runs one statement and returns its rows.
  /// - Parameter tell: what is done every `interval` while the server works.
  @discardableResult
  func query(
    _ statement: String, until outer: Deadline, every interval: Duration? = nil, _ tell: () -> Void = {}
  ) throws(ConnectionError) -> [ResultRow] {
    let deadline = outer.earlier(limit)
    isIdle = false
    var failed: Int32 = 0
    // The library keeps the pointer while it waits.
    let text = strdup(statement)
    defer { free(text) }
    var status = library.pointee.queryStart(&failed, handle, text, UInt(statement.utf8.count))
    while status != 0 {
      while let interval, !deadline.earlier(interval).isPast,
        !isReady(library.pointee.socket(handle), for: Int16(POLLIN), until: deadline.earlier(interval))
      {
        tell()
        if deadline.isPast { break }
      }
      try Self.wait(library, handle, status, limit, deadline)
      status = library.pointee.queryContinue(&failed, handle, status)
    }
    guard failed == 0 else { throw answered() }
    var result: UnsafeMutablePointer<MYSQL_RES>?
    status = library.pointee.storeStart(&result, handle)
    while status != 0 {
      try Self.wait(library, handle, status, limit, deadline)
      status = library.pointee.storeContinue(&result, handle, status)
    }
    guard let result else {
      guard library.pointee.errorNumber(handle) == 0 else { throw answered() }
      isIdle = true
      return []
    }
    defer { library.pointee.freeResult(result) }
    isIdle = true
    return rows(of: result)
  }

  private func rows(of result: UnsafeMutablePointer<MYSQL_RES>) -> [ResultRow] {
    let count = library.pointee.fieldCount(result)
    let names = (0..<count).map { index in
      library.pointee.field(result, index).flatMap { $0.pointee.name }.map { String(cString: $0) } ?? ""
    }
    var rows: [ResultRow] = []
    while let values = library.pointee.fetchRow(result), let lengths = library.pointee.fetchLengths(result) {
      var row: ResultRow = [:]
      for (index, name) in names.enumerated() {
        guard let value = values[index] else { continue }
        let bytes = UnsafeRawBufferPointer(start: value, count: Int(lengths[index]))
        row[name] = String(decoding: bytes, as: UTF8.self)
      }
      rows.append(row)
    }
    return rows
  }

  /// An error after which the connection is as good as before, unless it broke.
  private func answered() -> ConnectionError {
    let error = Self.error(library, handle)
    if case .server = error { isIdle = true }
    return error
  }

  private static func wait(
    _ library: UnsafePointer<cmariadb>, _ handle: UnsafeMutablePointer<MYSQL>, _ status: Int32,
    _ limit: Duration, _ deadline: Deadline
  ) throws(ConnectionError) {
    var events: Int32 = 0
    if status & MYSQL_WAIT_READ != 0 { events |= POLLIN }
    if status & MYSQL_WAIT_WRITE != 0 { events |= POLLOUT }
    if status & MYSQL_WAIT_EXCEPT != 0 { events |= POLLPRI }
    guard isReady(library.pointee.socket(handle), for: Int16(events), until: deadline) else {
      throw .noAnswer(limit)
    }
  }

  /// Numbers from 2000 to 2999 are the client library's own.
  private static func error(_ library: UnsafePointer<cmariadb>, _ handle: UnsafeMutablePointer<MYSQL>)
    -> ConnectionError
  {
    let number = Int(library.pointee.errorNumber(handle))
    // cmariadb_restrict. The library's own text for it is no text (Connector/C 3.3).
    if number == 5010 {
      return .unreachable(
        "the server asks for the password as it is; needs ssl_ca and TCP, or another authentication plugin")
    }
    let message =
      library.pointee.errorMessage(handle).map { String(cString: $0) } ?? "libmariadb gave no reason"
    var line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    if line.hasSuffix(".") { line.removeLast() }
    return (2000..<3000).contains(number) || number == 0
      ? .unreachable(line) : .server(number: number, message: line)
  }
}
