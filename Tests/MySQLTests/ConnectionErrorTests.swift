import MySQLFacts
import Testing

@testable import MySQLActions

@Suite struct ConnectionErrorTests {
  private func sorted(_ error: ConnectionError, hasPidFile: Bool = true, isListening: Bool = false)
    -> InstanceFacts.Connection
  {
    InstanceObserver.connection(error, hasPidFile: hasPidFile) { isListening }
  }

  @Test(arguments: [false, true]) func sortsByTheServersNumber(hasPidFile: Bool) {
    for (number, message, connection) in [
      (1040, "Too many connections", .full("Too many connections")),
      (1053, "Server shutdown in progress", .notReady("Server shutdown in progress")),
      (1045, "Access denied", .refused(number: 1045, message: "Access denied")),
      (1698, "Access denied", .refused(number: 1698, message: "Access denied")),
      (1130, "Host is not allowed", .refused(number: 1130, message: "Host is not allowed")),
      (1203, "User has too many", .refused(number: 1203, message: "User has too many")),
      (1227, "you need SUPER", .refused(number: 1227, message: "you need SUPER")),
      (1064, "syntax", .refused(number: 1064, message: "syntax")),
    ] as [(Int, String, InstanceFacts.Connection)] {
      #expect(sorted(.server(number: number, message: message), hasPidFile: hasPidFile) == connection)
    }
    #expect(sorted(.noAnswer(.seconds(5)), hasPidFile: hasPidFile) == .noAnswer(.seconds(5)))
  }

  /// A server writes its pid file when it listens.
  @Test func whoCannotBeReachedWithoutAPidFileIsNotReady() {
    let why = "Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)"
    #expect(sorted(.unreachable(why), hasPidFile: false) == .notReady(why))
    #expect(sorted(.unreachable(why), hasPidFile: true) == .unreachable(why))
    // Its files were removed, and it listens all the same.
    #expect(sorted(.unreachable(why), hasPidFile: false, isListening: true) == .unreachable(why))
  }

  @Test func saysWhyInOneLine() {
    #expect(
      ConnectionError.server(number: 1040, message: "Too many connections").reason
        == "Too many connections, error 1040")
    #expect(ConnectionError.noAnswer(.milliseconds(2500)).reason == "no answer within 2.5s")
    #expect(ConnectionError.unreachable("nobody").reason == "nobody")
  }

  @Test func knowsWhatItActsOn() {
    let errors = (1000...4000).map { ConnectionError.server(number: $0, message: "x (111)") }
    #expect(errors.filter(\.isFull) == [.server(number: 1040, message: "x (111)")])
    #expect(errors.filter(\.isLockTimeout) == [.server(number: 1205, message: "x (111)")])
    #expect(errors.filter(\.saysServerIsDown) == [])
  }

  /// Silence may be a network that is cut: the server may go on committing behind it.
  @Test func onlyARefusalSaysThatTheServerIsDown() {
    #expect(ConnectionError.unreachable("Can't connect to server on 'db2' (111)").saysServerIsDown)
    for error in [
      .unreachable("Can't connect to server on 'db2' (113)"), .unreachable("Unknown server host 'db2' (-2)"),
      .unreachable("Lost connection to server"), .noAnswer(.seconds(5)),
    ] as [ConnectionError] { #expect(!error.saysServerIsDown, "\(error)") }
  }
}
