internal import Glibc
internal import Host
internal import PostgreSQLFacts
internal import ReplicationActions

/// The one that a sentinel keeps.
final class SentinelConnection: HeldConnection {
  private let connection: Connection

  init(_ connection: consuming Connection) { self.connection = connection }

  /// An empty query: the server parses nothing, and logs no statement.
  func ask() -> Bool {
    do throws(ConnectionError) {
      try connection.send("", until: Deadline(after: .milliseconds(100)))
      return true
    } catch {
      return false
    }
  }

  func hasAnswer() -> Bool? { connection.takeAnswer() }
}

extension Context {
  /// As a sentinel.
  func callServer() -> Call {
    do throws(ConnectionError) {
      let connection = try LocalServer(instance: instance, pidFile: observer.observeProcesses().pidFile)
        .connect(patience: Pulse.patience, until: deadline)
      // idle_session_timeout exists since PostgreSQL 14.
      let statement = """
        SELECT set_config('application_name', 'martlet sentinel', false), \
        (SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout')
        """
      _ = try connection.query(statement, until: deadline)
      return .answered(SentinelConnection(connection))
    } catch {
      return error.isSilence ? .silent : .refused
    }
  }
}
