/// What `postmaster.pid` says (PostgreSQL, `src/include/utils/pidfile.h`). The server writes it line by line while it
/// starts, so all but the first lines may be missing.
public struct PostmasterPidFile: Sendable, Equatable {
  /// What the postmaster last said of itself.
  public enum Status: String, Sendable, CaseIterable {
    /// Not yet accepting connections.
    case starting
    /// Shutting down.
    case stopping
    /// Accepting connections, as a primary or as a hot standby.
    case ready
    /// Recovering with `hot_standby = off`, so that nobody is let in.
    case standby
  }

  /// The postmaster's process. In single-user mode the file has a negative number; this is its magnitude.
  public let pid: Int32
  /// The data directory.
  public let dataDirectory: String
  /// Seconds since the epoch.
  public let startTime: Int64
  /// Where it listens.
  public let port: Int?
  /// The first directory of `unix_socket_directories`; nil when there is none.
  public let socketDirectory: String?
  /// The first of `listen_addresses`, in a form that can be connected to; nil when there is none.
  public let listenAddress: String?
  /// Nil while the server is too young to have said.
  public let status: Status?

  /// Reads the file's text; nil if even the process and the directory are not there.
  public init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      // The status is padded with spaces; a directory may have them inside.
      String($0.reversed().drop { $0 == " " }.reversed())
    }
    func line(_ number: Int) -> String? {
      guard lines.indices.contains(number - 1), !lines[number - 1].isEmpty else { return nil }
      return lines[number - 1]
    }
    guard let number = line(1).flatMap({ Int32($0) }), number != 0, number != Int32.min,
      let directory = line(2), directory.hasPrefix("/")
    else { return nil }
    pid = abs(number)
    dataDirectory = directory
    startTime = line(3).flatMap { Int64($0) } ?? 0
    port = line(4).flatMap { Int($0) }.flatMap { (1...65535).contains($0) ? $0 : nil }
    socketDirectory = line(5)
    listenAddress = line(6).map { $0 == "*" ? "localhost" : $0 }
    status = line(8).flatMap(Status.init(rawValue:))
  }
}
