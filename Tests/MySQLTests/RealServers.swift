import Glibc
import Host
import MySQLFacts
import OCF
import TestSupport
import Testing

@testable import MySQLActions

/// Judges connections by real servers: Tests/Connections/run begins them, and names the file that says where they are. One
/// test after the other: they act as other users, and freeze servers.
@Suite(.serialized, .enabled(if: !RealServers.all.isEmpty, "needs real servers: Tests/Connections/run"))
struct RealServerTests {}

/// The servers of one family: `whole` has everything, `elsewhere` a certificate for another name, `clear` no TLS.
struct RealServers: CustomTestStringConvertible {
  let facts: [String: String]

  static let all: [RealServers] = {
    guard let path = getenv("MARTLET_SERVERS").map({ String(cString: $0) }),
      let text = try? Files.readText(path, limit: 1 << 16)
    else { return [] }
    let groups = text.split(separator: "\n", omittingEmptySubsequences: false).split(separator: "")
    return groups.map { lines in
      let pairs = lines.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
      return RealServers(facts: Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) }))
    }
  }()

  var testDescription: String { facts["family"] ?? "" }
  var isMariaDB: Bool { facts["family"] == "mariadb" }

  func text(_ name: String) throws -> String { try #require(facts[name], "\(name)") }
  func number(_ name: String) throws -> Int { try #require(Int(try text(name)), "\(name)") }
  func certificate(_ name: String) throws -> String { try text("certificates") + "/" + name }

  /// The instance of one of the servers, by the credentials file of an account; one without passwords when it is nil.
  func instance(_ server: String, _ account: String?, _ kept: [String: String] = [:], limit: String = "5s")
    throws -> Instance
  {
    let directory = try text("directory")
    let environment = [
      "datadir": directory + "/" + server + "/data", "socket": try text(server + ".socket"),
      "credentials_file": directory + "/" + (account ?? "none") + ".cnf", "query_timeout": limit,
    ]
    let given = environment.map { ("OCF_RESKEY_" + $0.key, $0.value) }
    let values = ParameterValues(Declarations.all, environment: Dictionary(uniqueKeysWithValues: given))
    try #require(values.problems.isEmpty)
    return Instance(name: "db", values: values, kept: KeptConfiguration(kept))
  }

  func local(_ account: String?, _ kept: [String: String] = [:]) throws -> Connection {
    try LocalServer(instance("whole", account, kept), process: Int32(number("whole.pid"))).connect(
      until: soon())
  }

  /// Connects as a peer does.
  func peer(
    _ server: String, _ account: String = "plain", host: String = "127.0.0.1", ca: String? = nil,
    certificate: String? = nil, limit: Duration = .seconds(5)
  ) throws -> Connection {
    let login = try #require(Credentials(instance("whole", account)).replication)
    let address = ServerAddress.tcp(
      host: host, port: try number(server == "stalling" ? server : server + ".port"),
      ca: try ca.map(self.certificate),
      certificate: try certificate.map { try self.certificate($0 + ".pem") },
      key: try certificate.map { try self.certificate($0 + ".key") })
    return try Connection(address, as: login, within: limit, until: soon())
  }

  /// As root, with nothing in the way.
  func root(_ server: String = "whole", limit: Duration = .seconds(5)) throws -> Connection {
    try Connection(
      .socket(try text(server + ".socket"), process: nil), as: Account(user: "root", password: ""),
      within: limit,
      until: soon())
  }

  /// Runs `body` while a server is frozen.
  func frozen<R>(_ server: String, _ body: () throws -> R) throws -> R {
    let pid = pid_t(try number(server + ".pid"))
    try #require(kill(pid, SIGSTOP) == 0)
    defer { kill(pid, SIGCONT) }
    return try body()
  }
}

extension Connection {
  /// The one value of the one row.
  func value(_ expression: String) throws -> String? {
    try query("SELECT \(expression) AS value", until: soon()).first?["value"]
  }

  /// The cipher of the session as the server sees it; empty in clear.
  var cipherSeenByServer: String {
    get throws {
      try query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", until: soon()).first?["Value"] ?? "no such variable"
    }
  }
}

/// Why no connection was made.
func refusal(_ body: () throws -> Connection) throws -> ConnectionError {
  try #require(throws: ConnectionError.self) { _ = try body() }
}

/// How long that took.
func timed(_ body: () throws -> Void) rethrows -> Duration { try ContinuousClock().measure(body) }
