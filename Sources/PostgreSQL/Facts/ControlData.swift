/// What `pg_controldata` prints, as far as decisions need it.
public struct ControlData: Sendable, Equatable {
  /// The cluster state in `pg_control` (PostgreSQL, `src/include/catalog/pg_control.h`, DBState).
  public enum State: String, Sendable, CaseIterable {
    /// Just created.
    case startingUp = "starting up"
    /// Ended cleanly as a primary.
    case shutDown = "shut down"
    /// Ended cleanly as a standby.
    case shutDownInRecovery = "shut down in recovery"
    /// A primary on its way down.
    case shuttingDown = "shutting down"
    /// Replaying its own WAL after a crash.
    case inCrashRecovery = "in crash recovery"
    /// A standby, or a restore.
    case inArchiveRecovery = "in archive recovery"
    /// A primary.
    case inProduction = "in production"
  }

  /// The state that the server wrote last.
  public let state: State
  /// Which cluster the data belongs to; the same on a primary and its standbys.
  public let systemIdentifier: UInt64
  /// The timeline of the last checkpoint or restartpoint.
  public let checkpointTimeline: Timeline
  /// Where recovery would begin.
  public let redo: LSN
  /// The last checkpoint or restartpoint.
  public let checkpoint: LSN
  /// How far recovery must go before the data is consistent; nil when there is no such place.
  public let minimumRecovery: LSN?
  /// The timeline of `minimumRecovery`.
  public let minimumRecoveryTimeline: Timeline?

  /// Reads the output, standard error included, under `LC_ALL=C`; nil when a field is missing or the tool warned of a
  /// bad checksum: on standard output up to PostgreSQL 15, on standard error in later versions.
  public init?(_ output: String) {
    var fields: [Substring: Substring] = [:]
    for line in output.split(separator: "\n") {
      if line.hasPrefix("WARNING") || line.hasPrefix("pg_controldata: warning:") { return nil }
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      fields[line[..<colon]] = value
    }
    guard let state = fields["Database cluster state"].flatMap({ State(rawValue: String($0)) }),
      let identifier = fields["Database system identifier"].flatMap({ UInt64($0) }),
      let timeline = fields["Latest checkpoint's TimeLineID"].flatMap({ Timeline($0) }),
      let redo = fields["Latest checkpoint's REDO location"].flatMap({ LSN($0) }),
      let checkpoint = fields["Latest checkpoint location"].flatMap({ LSN($0) })
    else { return nil }
    self.state = state
    systemIdentifier = identifier
    checkpointTimeline = timeline
    self.redo = redo
    self.checkpoint = checkpoint
    minimumRecovery = fields["Minimum recovery ending location"].flatMap { LSN($0) }.flatMap {
      $0.bytes == 0 ? nil : $0
    }
    minimumRecoveryTimeline = fields["Min recovery ending loc's timeline"].flatMap { Timeline($0) }
  }
}
