internal import Host
internal import MySQLFacts
internal import OCF
internal import ReplicationActions

/// Applies what a MariaDB replica had received before its server ended.
///
/// MariaDB deletes its relay logs when a thread is started while both are stopped and the channel is by GTID (MariaDB,
/// `sql/slave.cc`, start_slave): it would fetch everything again from the source. When the source is what was lost, they are
/// the only copy. Read by position they are kept.
struct RelayLogReplay {
  let context: Context
  let connection: Connection

  /// Afterwards the relay logs hold nothing that was not applied, and the channel is by GTID again.
  func run(_ channel: ReplicaChannel) throws(ConnectionError) {
    guard Dialect(connection.version).isMariaDB, channel.receiver == .stopped, !channel.isApplying else {
      return
    }
    if channel.isByGTID {
      guard let place = channel.relayLog, let first = try firstUnapplied(from: place) else { return }
      context.log(.info, "\(context.instance.datadir): applies its relay logs, from \(first.gtid) on")
      try connection.query(
        "CHANGE MASTER TO MASTER_USE_GTID = no, RELAY_LOG_FILE = \(literal(first.place.file)), RELAY_LOG_POS = \(first.place.position)",
        until: context.deadline)
    }
    try connection.query(Dialect(connection.version).startApplier, until: context.deadline)
    try waitUntilRead()
    try connection.query(Dialect(connection.version).stopReplication, until: context.deadline)
    try connection.query("CHANGE MASTER TO MASTER_USE_GTID = slave_pos", until: context.deadline)
  }

  private func waitUntilRead() throws(ConnectionError) {
    while !context.deadline.isPast {
      let channel = try connection.look(until: context.deadline).channel
      if let failure = channel?.applierFailure {
        throw .unreachable("its applier stopped: \(failure.description)")
      }
      if channel?.hasReadAll ?? true { return }
      pause(.milliseconds(20), until: context.deadline)
    }
    throw .unreachable("it still applies what it had received")
  }

  /// Where the first transaction begins that the server has not executed; nil when it has executed all. relay-log.info, which
  /// names the place to begin at, is written after a commit and may be behind.
  private func firstUnapplied(from place: ReplicaChannel.RelayLog) throws(ConnectionError) -> (
    gtid: MariaDBGTID, place: ReplicaChannel.RelayLog
  )? {
    guard case .mariadb(let executed) = try connection.history(until: context.deadline).executed else {
      return nil
    }
    var place = place
    while true {
      let page = 500
      let events: [ResultRow]
      do throws(ConnectionError) {
        events = try connection.query(
          "SHOW RELAYLOG EVENTS IN \(literal(place.file)) FROM \(place.position) LIMIT \(page)",
          until: context.deadline)
      } catch {
        // There is no such file (ER_ERROR_WHEN_EXECUTING_COMMAND), or it ends in the middle of an event.
        guard case .server(1220, _) = error else { throw error }
        return nil
      }
      for event in events {
        guard event["Event_type"] == "Gtid", let position = event["Pos"].flatMap({ UInt64($0) }),
          let gtid = event["Info"].flatMap(RelayLogReplay.gtid(info:)), !executed.contains(gtid)
        else { continue }
        return (gtid, ReplicaChannel.RelayLog(file: place.file, position: position))
      }
      if events.count == page, let last = events.last?["Pos"].flatMap({ UInt64($0) }), last > place.position {
        place.position = last
      } else if let next = place.next {
        place = next
      } else {
        return nil
      }
    }
  }

  /// `BEGIN GTID 0-1-5`, `GTID 0-1-6 cid=4`: the transaction that an event begins.
  static func gtid(info: String) -> MariaDBGTID? {
    let words = info.split(separator: " ")
    guard let index = words.firstIndex(of: "GTID"), index + 1 < words.count else { return nil }
    return MariaDBGTID(words[index + 1])
  }
}
