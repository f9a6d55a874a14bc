import OCF
import PostgreSQLFacts
import Testing

@testable import PostgreSQLActions

/// Texts as libpq 15 gave them with PQERRORS_VERBOSE.
@Suite struct ConnectionErrorTests {
  private static let socket = "connection to server on socket \"/run/postgresql/.s.PGSQL.5432\" failed: "

  @Test(arguments: [
    (
      "FATAL:  53300: sorry, too many clients already\nLOCATION:  InitProcess, proc.c:357\n",
      InstanceFacts.Connection.full("sorry, too many clients already")
    ),
    (
      "FATAL:  57P03: the database system is shutting down\nLOCATION:  ProcessStartupPacket, postmaster.c:2431\n",
      .notReady("the database system is shutting down")
    ),
    (
      "FATAL:  57P03: the database system is in recovery mode\nLOCATION:  ProcessStartupPacket, postmaster.c:2440\n",
      .notReady("the database system is in recovery mode")
    ),
    (
      """
      FATAL:  57P03: the database system is not accepting connections
      DETAIL:  Hot standby mode is disabled.
      LOCATION:  ProcessStartupPacket, postmaster.c:2424

      """, .notReady("the database system is not accepting connections: Hot standby mode is disabled.")
    ),
    (
      "FATAL:  28000: role \"nologin\" is not permitted to log in\nLOCATION:  InitializeSessionUserId, miscinit.c:821\n",
      .refused(state: "28000", message: "role \"nologin\" is not permitted to log in")
    ),
    (
      """
      FATAL:  28000: pg_hba.conf rejects connection for host "[local]", user "u", database "postgres", no encryption
      LOCATION:  ClientAuthentication, auth.c:476

      """,
      .refused(
        state: "28000",
        message:
          "pg_hba.conf rejects connection for host \"[local]\", user \"u\", database \"postgres\", no encryption"
      )
    ),
    (
      "FATAL:  28P01: password authentication failed for user \"u\"\nLOCATION:  auth_failed, auth.c:334\n",
      .refused(state: "28P01", message: "password authentication failed for user \"u\"")
    ),
    (
      "FATAL:  3D000: database \"a: b\" does not exist\nLOCATION:  InitPostgres, postinit.c:948\n",
      .refused(state: "3D000", message: "database \"a: b\" does not exist")
    ),
    (
      """
      No such file or directory
      \tIs the server running locally and accepting connections on that socket?

      """,
      .unreachable(
        socket
          + "No such file or directory Is the server running locally and accepting connections on that socket?"
      )
    ),
    ("fe_sendauth: no password supplied\n", .unreachable(socket + "fe_sendauth: no password supplied")),
  ])
  func sortsBySQLSTATE(text: String, connection: InstanceFacts.Connection) {
    #expect(InstanceObserver.connection(Connection.connectionError(Self.socket + text)) == connection)
  }

  @Test(arguments: [
    // libpq before 14 says nothing before the server's words.
    ("FATAL:  53300: sorry, too many clients already\n", "53300"),
    // Severity in the server's language; the SQLSTATE is in none.
    (
      "connection to server on socket \"/x\" failed: FATAL:  53300: tut mir leid, schon zu viele Verbindungen\n",
      "53300"
    ),
    // The first of several addresses had nobody.
    (
      """
      connection to server at "localhost" (::1), port 5999 failed: Connection refused
      \tIs the server running on that host and accepting TCP/IP connections?
      connection to server at "localhost" (127.0.0.1), port 5999 failed: FATAL:  28P01: password authentication failed

      """, "28P01"
    ),
  ])
  func findsTheStateWhereverItIs(text: String, state: String) {
    guard case .server(let found, _) = Connection.connectionError(text) else {
      Issue.record("\(text): no SQLSTATE found")
      return
    }
    #expect(found == state)
  }

  @Test(arguments: [
    "connection to server at \"localhost\" (127.0.0.1), port 5999 failed: Connection refused\n",
    "connection to server at \"fd00:1:2:3::5432\", port 54321 failed: timeout expired\n",
    "could not translate host name \"no.such.host\" to address: Name or service not known\n", "", "\n",
    "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n",
    "x: ABCDE: letters alone are no SQLSTATE\n", "LOCATION:  InitProcess, proc.c:35712\n",
  ])
  func takesNothingElseForAState(text: String) {
    guard case .unreachable(let why) = Connection.connectionError(text) else {
      Issue.record("\(text): took something for an SQLSTATE")
      return
    }
    #expect(!why.contains { $0.isNewline })
  }

  @Test func saysWhyInOneLine() {
    #expect(ConnectionError.server(state: "53300", message: "full").reason == "full, SQLSTATE 53300")
    #expect(ConnectionError.noAnswer(.milliseconds(2500)).reason == "no answer within 2.5s")
    #expect(ConnectionError.unreachable("nobody").reason == "nobody")
  }

  @Test func aServerThatIsSilentIsSilent() {
    #expect(InstanceObserver.connection(.noAnswer(.seconds(5))) == .noAnswer(.seconds(5)))
  }
}
