internal import ReplicationActions

/// The one that a sentinel keeps.
final class SentinelConnection: HeldConnection {
  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  func ask() -> Bool { connection.beginPing() }

  func hasAnswer() -> Bool? { connection.hasPingAnswer() }
}

extension Context {
  /// As a sentinel.
  func callServer() -> Call {
    do throws(ConnectionError) {
      return .answered(SentinelConnection(try connect(within: Pulse.patience)))
    } catch {
      return error.isSilence ? .silent : .refused
    }
  }
}
