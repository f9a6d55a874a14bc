import Glibc
import Host
import MySQLFacts
import OCF
import TestSupport
import Testing

@testable import MySQLActions

extension RealServerTests {
  @Suite struct Answers {
    @Test(arguments: RealServers.all) func values(_ servers: RealServers) throws {
      let connection = try servers.root()
      let row = try #require(
        try connection.query(
          "SELECT NULL AS nothing, '' AS no_text, 'größe 🔑' AS text, REPEAT('x', 1048576) AS long_one, X'FF00' AS bytes",
          until: soon()
        ).first)
      #expect(row["nothing"] == nil && row["no_text"] == "" && row["text"] == "größe 🔑")
      #expect(row["long_one"] == String(repeating: "x", count: 1 << 20))
      #expect(row["bytes"] == "\u{FFFD}\0")
      let rows = try connection.query(
        "SELECT n, IF(n % 2, NULL, REPEAT('y', 1000)) AS y FROM tested.numbers ORDER BY n", until: soon())
      #expect(rows.map { $0["n"] } == (1...3000).map(String.init))
      #expect(
        rows.allSatisfy { ($0["y"] == nil) != ($0["n"].flatMap { Int($0) }?.isMultiple(of: 2) ?? true) })
      #expect(try connection.query("SELECT n FROM tested.numbers WHERE n < 0", until: soon()).isEmpty)
      #expect(try connection.query("DO 1", until: soon()).isEmpty)
      let long = String(repeating: "z", count: 1 << 20)
      #expect(try connection.value("LENGTH('\(long)')") == "1048576")
    }

    @Test(arguments: RealServers.all) func goesOnAfterAnError(_ servers: RealServers) throws {
      let connection = try servers.root()
      let id = try connection.value("CONNECTION_ID()")
      // After 709 rows, which were sent by then, the number is too large.
      for statement in [
        "SELECT n, REPEAT('x', 1000) AS x, EXP(n) AS e FROM tested.numbers ORDER BY n", "SELECT EXP(1000)",
      ] {
        let error = #expect(throws: ConnectionError.self) { try connection.query(statement, until: soon()) }
        guard case .server(1690, _) = error else {
          Issue.record("\(error?.reason ?? "no error")")
          continue
        }
        #expect(try connection.value("CONNECTION_ID()") == id)
      }
      let syntax = #expect(throws: ConnectionError.self) { try connection.query("NONSENSE", until: soon()) }
      guard case .server(1064, _) = try #require(syntax) else { throw try #require(syntax) }
      #expect(try connection.value("CONNECTION_ID()") == id)
    }

    @Test(arguments: RealServers.all) func brokenByTheServer(_ servers: RealServers) throws {
      let (victim, killer) = (try servers.root(), try servers.root())
      try killer.query("KILL \(try #require(try victim.value("CONNECTION_ID()")))", until: soon())
      for _ in 1...2 {
        let error = #expect(throws: ConnectionError.self) { try victim.value("1") }
        switch error {
        // MySQL says goodbye (ER_CLIENT_INTERACTION_TIMEOUT, ER_CONNECTION_KILLED), or is gone.
        case .unreachable, .server(4031, _), .server(1927, _): break
        default: Issue.record("\(error?.reason ?? "no error")")
        }
      }
    }

    /// Whatever hangs, it ends in time: the limit and a tenth of a second.
    @Test(arguments: RealServers.all) func frozenServer(_ servers: RealServers) throws {
      let limit = Duration.milliseconds(300)
      func within(_ took: Duration, _ what: String) {
        #expect(took >= limit && took < limit + .milliseconds(100), "\(what): \(took)")
      }
      func expectNoAnswer(_ body: () throws -> Void) rethrows {
        let error = #expect(throws: ConnectionError.self, performing: body)
        #expect(error == .noAnswer(limit), "\(error?.reason ?? "no error")")
      }
      let port = try servers.number("elsewhere.port")
      let socket = ServerAddress.socket(try servers.text("elsewhere.socket"), process: nil)
      let tcp = ServerAddress.tcp(host: "127.0.0.1", port: port, ca: nil, certificate: nil, key: nil)
      let account = try #require(Credentials(servers.instance("whole", "client")).client)
      for address in [socket, tcp] {
        var connection: Connection? = try Connection(address, as: account, within: limit, until: soon())
        var idle: Connection? = try Connection(address, as: account, within: limit, until: soon())
        #expect(idle != nil)
        try servers.frozen("elsewhere") {
          let connecting = try timed {
            try expectNoAnswer {
              _ = try Connection(address, as: account, within: limit, until: soon())
            }
          }
          within(connecting, "connect")
          within(try timed { try expectNoAnswer { try connection?.query("DO 1", until: soon()) } }, "query")
          #expect(timed { connection = nil } < .milliseconds(50), "closing after a query without an answer")
          #expect(timed { idle = nil } < .milliseconds(50), "closing an idle one")
        }
        connection = try Connection(address, as: account, within: limit, until: soon())
        let asleep = try timed {
          try expectNoAnswer { try connection?.query("SELECT SLEEP(3)", until: soon()) }
        }
        within(asleep, "a long query")
        #expect(timed { connection = nil } < .milliseconds(50), "closing while it sleeps")
      }
    }

    /// A statement that the server's buffers do not take.
    @Test(arguments: RealServers.all) func frozenWhileWriting(_ servers: RealServers) throws {
      let limit = Duration.milliseconds(300)
      var connection: Connection? = try servers.root("elsewhere", limit: limit)
      try servers.frozen("elsewhere") {
        let long = "DO '" + String(repeating: "z", count: 8 << 20) + "'"
        let took = timed {
          let error = #expect(throws: ConnectionError.self) { try connection?.query(long, until: soon()) }
          #expect(error == .noAnswer(limit))
        }
        #expect(took < limit + .milliseconds(100), "\(took)")
        #expect(timed { connection = nil } < .milliseconds(50))
      }
    }

    /// The network breaks between the server's first words and the TLS handshake, which the library waits for by itself: what
    /// it does before, reading certificates, adds to that.
    @Test(.timeLimit(.minutes(1)), arguments: RealServers.all)
    func stallingHandshake(_ servers: RealServers) throws {
      for ca in [nil, "ca.pem"] {
        let limit = Duration.seconds(1)
        let took = timed {
          let error = #expect(throws: ConnectionError.self) {
            try servers.peer("stalling", ca: ca, limit: limit)
          }
          #expect(error == .noAnswer(limit), "\(error?.reason ?? "no error")")
        }
        #expect(took >= limit - .milliseconds(10) && took < limit + .milliseconds(250), "\(took)")
      }
    }
  }
}
