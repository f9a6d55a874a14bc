import Glibc
import Host
import MySQLFacts
import OCF
import TestSupport
import Testing

@testable import MySQLActions

extension RealServerTests {
  @Suite struct Logins {
    /// The identity of the socket's peer, which is not root's: LocalServer becomes the owner of the data.
    @Test(arguments: RealServers.all) func byTheSocketsIdentity(_ servers: RealServers) throws {
      let connection = try servers.local(nil)
      #expect(try connection.value("CURRENT_USER()") == "mysql@localhost")
      #expect(connection.version.family == (servers.isMariaDB ? .mariadb : .mysql))
      #expect(geteuid() == 0)
    }

    @Test(arguments: RealServers.all) func byPassword(_ servers: RealServers) throws {
      for account in servers.isMariaDB ? ["native", "ed25519"] : ["sha2"] {
        // The second time MySQL has the password's hash in its cache, which is another way.
        for _ in 1...2 {
          #expect(try servers.local(account).value("CURRENT_USER()") == account + "@localhost")
        }
      }
      #expect(try servers.local("client").value("CURRENT_USER()") == "client@%")
    }

    @Test(arguments: RealServers.all) func refused(_ servers: RealServers) throws {
      let socket = try servers.text("whole.socket")
      func number(_ user: String, _ password: String) throws -> Int? {
        let error = try refusal {
          try Connection(
            .socket(socket, process: nil), as: Account(user: user, password: password), within: .seconds(5),
            until: soon())
        }
        if case .server(let number, let message) = error {
          #expect(!message.contains("\n") && !message.hasSuffix("."))
          return number
        }
        Issue.record("\(user): \(error.reason)")
        return nil
      }
      let password = try servers.text("password")
      #expect(try number("nobody", "wrong") == 1045)
      #expect(try number("stranger", password) == 1045)
      #expect(try number("locked", password) == (servers.isMariaDB ? 4151 : 3118))
      // root is not `socketed`.
      #expect(try number("socketed", "") == 1698)
    }

    @Test(arguments: RealServers.all) func nobodyListens(_ servers: RealServers) throws {
      let nowhere = try refusal {
        try Connection(
          .socket("/nonexistent/socket", process: nil), as: Account(user: "root", password: ""),
          within: .seconds(5),
          until: soon())
      }
      guard case .unreachable(let why) = nowhere else { throw nowhere }
      #expect(why.contains("(2)") && why.contains("/nonexistent/socket"), "\(why)")
      #expect(!nowhere.saysServerIsDown)
      let silent = try refusal {
        try Connection(
          .tcp(
            host: "127.0.0.1", port: servers.number("silent"), ca: nil, certificate: nil, key: nil),
          as: Account(user: "root", password: ""), within: .seconds(5), until: soon())
      }
      #expect(silent.saysServerIsDown, "\(silent.reason)")
    }

    /// With all connections taken, and the one more that the server keeps for administrators.
    @Test(arguments: RealServers.all) func full(_ servers: RealServers) throws {
      var taken: [Connection] = []
      defer {
        taken = []
        // The server takes its time to see that they left.
        for _ in 1...100 where (try? servers.local("nobody")) == nil { usleep(20_000) }
      }
      var error: ConnectionError?
      while error == nil, taken.count <= (try servers.number("connections")) {
        do { taken.append(try servers.local("nobody")) } catch let full as ConnectionError { error = full }
      }
      let filled = try #require(error)
      #expect(filled.isFull, "\(filled.reason)")
      // Nothing but the socket's identity, which does not do for TCP.
      #expect(try refusal { try servers.local(nil) }.isFull)
      // May log in where an ordinary account may not, once the server has seen that the last one left.
      var first: Connection?
      for _ in 1...100 where first == nil {
        first = try? servers.local("client")
        if first == nil { usleep(20_000) }
      }
      let last = try #require(first)
      #expect(try last.value("CURRENT_USER()") == "client@%")
      #expect(try refusal { try servers.local("client") }.isFull)
      let kept =
        servers.isMariaDB
        ? ["config.extra-port": try servers.text("reserved")]
        : ["config.admin-address": "127.0.0.1", "config.admin-port": try servers.text("reserved")]
      let reserved = try servers.local("client", kept)
      #expect(try reserved.value("CURRENT_USER()") == "client@%")
      // MariaDB's extra port is anybody's, and full by now; MySQL's is for those with SERVICE_CONNECTION_ADMIN. The server
      // is full in any case, which is not to be taken for a login that is wrong.
      let without = try refusal { try servers.local("nobody", kept) }
      #expect(without.isFull, "\(without.reason)")
      let closed = try refusal {
        try servers.local("client", kept.mapValues { $0.first == "1" ? $0 : "1" })
      }
      #expect(closed.isFull, "\(closed.reason)")
      withExtendedLifetime((last, reserved)) {}
    }

    /// What an operator's shell has, changes nothing: Tests/Connections/run sets what it might.
    @Test(arguments: RealServers.all) func environmentIsForgotten(_ servers: RealServers) throws {
      setenv("MYSQL_PWD", "wrong", 1)
      setenv("MARIADB_TLS_DISABLE_PEER_VERIFICATION", "1", 1)
      #expect(try servers.local("client").value("1") == "1")
      #expect(getenv("MYSQL_PWD") == nil)
      #expect(getenv("MARIADB_TLS_DISABLE_PEER_VERIFICATION") == nil)
    }
  }
}
