internal import Host
internal import OCF
internal import PostgreSQLFacts

/// Finds out how far an instance's WAL reaches.
struct PositionObserver {
  let instance: Instance

  /// The highest of received, replayed, and valid WAL on disk, with timeline and ancestry.
  func observe(_ facts: InstanceFacts, until deadline: Deadline) throws(ConnectionError)
    -> (position: WALPosition, systemIdentifier: UInt64)
  {
    let (position, identifier) = try fromServer(facts, until: deadline)
    guard let standby = facts.answer?.standby, needsDisk(standby, position.lsn),
      let end = endOfWAL(position, until: deadline), end > position.lsn
    else { return (position, identifier) }
    return (position.reaching(end), identifier)
  }

  private func fromServer(_ facts: InstanceFacts, until deadline: Deadline) throws(ConnectionError)
    -> (position: WALPosition, systemIdentifier: UInt64)
  {
    do throws(ConnectionError) {
      let server = LocalServer(instance: instance, pidFile: facts.pidFile)
      var (position, identifier) = try server.connect(replication: true, until: deadline).walPosition(
        until: deadline)
      // Without it two timelines of one number cannot be told apart, and everything else is known all the same.
      if let place = position.beginning(of: position.timeline), position.hasLeft(place) {
        position.beginnings[position.timeline] = try? server.connect(replication: true, until: deadline)
          .beginning(of: position.timeline, at: place, until: deadline)
      }
      return (position, identifier)
    } catch {
      // pg_hba.conf may have no line for local replication, or max_wal_senders be used up: then by the ordinary answer.
      guard case .server = error, let found = fromFiles(facts, until: deadline) else { throw error }
      return found
    }
  }

  /// The same from what the server answered and from its files.
  private func fromFiles(_ facts: InstanceFacts, until deadline: Deadline)
    -> (position: WALPosition, systemIdentifier: UInt64)?
  {
    guard let standby = facts.answer?.standby,
      let lsn = [standby.received, standby.replayed].compactMap({ $0 }).max(),
      let control = InstanceObserver(instance).controlData(until: deadline)
    else { return nil }
    let timeline = control.minimumRecoveryTimeline ?? control.checkpointTimeline
    var ancestry: [Fork] = []
    if timeline.number > 1 {
      let text = try? instance.reading { () throws(HostError) in
        try Files.readText(instance.path("pg_wal/" + timeline.historyFileName))
      }
      guard let forks = text.flatMap(Fork.ancestry(historyFile:)) else { return nil }
      ancestry = forks
    }
    return (WALPosition(timeline: timeline, lsn: lsn, ancestry: ancestry), control.systemIdentifier)
  }

  /// What was streamed since the start and not yet replayed is in `received`. But after a restart without a primary
  /// that is the start of a segment, or nothing, while WAL from before the restart waits to be replayed: only the
  /// files tell (PAF issue 225: two standbys 5000 rows apart looked equal).
  private func needsDisk(_ standby: ServerAnswer.Standby, _ known: LSN) -> Bool {
    guard let received = standby.received else { return true }
    return received < known || standby.isReplayPaused
  }

  /// Where the valid WAL from `position` on ends, as pg_waldump reads it; nil when nothing more is there. It is told
  /// where the files end, because it waits five seconds for one that is missing (pg_waldump.c, WALDumpOpenSegment).
  private func endOfWAL(_ position: WALPosition, until deadline: Deadline) -> LSN? {
    guard let end = segments(position.timeline)?.end(from: position.lsn) else { return nil }
    let arguments = [
      "--path=\(instance.path("pg_wal"))", "--timeline=\(position.timeline)", "--start=\(position.lsn)",
      "--end=\(end)", "--stats",
    ]
    guard let result = try? instance.program("pg_waldump", arguments)?.run(until: deadline) else {
      return nil
    }
    // Without an error the WAL is valid up to the end of the files.
    return result.succeeded ? end : PositionObserver.endOfWAL(dumpErrors: result.errors)
  }

  private func segments(_ timeline: Timeline) -> WALSegments? {
    try? instance.reading { () throws(HostError) in
      let directory = instance.path("pg_wal")
      let names = try Files.list(directory)
      guard let one = names.first(where: { $0.utf8.count == 24 && $0.allSatisfy(\.isHexDigit) }) else {
        return nil
      }
      let size = try Files.size(of: "\(directory)/\(one)")
      return WALSegments(names: names, timeline: timeline, size: UInt64(max(0, size)))
    }
  }

  /// pg_waldump ends with `error in WAL record at 0/30001C0: invalid record length at 0/30001F8: wanted 24, got 0`: the
  /// place after the last "at" is where the next record would begin. Others in the message are of no use: garbage, as
  /// in `record with incorrect prev-link 77/0 at 0/30001F8`. Where the message names a page (`unexpected pageaddr`,
  /// `invalid magic number`, `contrecord`), the next record may have begun before it and not be whole: only the beginning
  /// of the last record is certain then.
  static func endOfWAL(dumpErrors text: String) -> LSN? {
    guard let line = text.split(separator: "\n").last(where: { $0.contains("error in WAL record at ") })
    else {
      return nil
    }
    let words = line.split(whereSeparator: { $0 == " " || $0 == ":" || $0 == "," })
    let places = zip(words, words.dropFirst()).compactMap { $0 == "at" ? LSN($1) : nil }
    return line.contains("contrecord") ? places.first : places.last
  }
}
