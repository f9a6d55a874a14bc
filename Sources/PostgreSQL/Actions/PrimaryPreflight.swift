internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import Replication
internal import ReplicationActions

/// What is checked of PostgreSQL before a planned switchover.
struct PrimaryPreflight: Preflight {
  let context: Context

  var object: String { context.instance.pgdata }
  var isOn: Bool { context.instance.values.flag(SharedParameters.preflight) }
  var limit: Duration {
    context.instance.values.duration(SharedParameters.switchoverLimit) ?? .seconds(30)
  }

  /// A hot standby whose values are lower than its primary's stops replaying (manual, "Hot Standby", "Administrator's
  /// Overview"): the target now, or the old primary afterwards.
  private static let settings = """
    SELECT name, setting FROM pg_settings WHERE name IN ('max_connections', 'max_prepared_transactions', \
    'max_locks_per_transaction', 'max_wal_senders', 'max_worker_processes')
    """

  func readiness() -> TargetReadiness? {
    let facts = context.observer.observe(expected: nil, asksControl: false, until: context.deadline)
    guard let standby = facts.answer?.standby else { return nil }
    var readiness = TargetReadiness()
    readiness.isReceiving = standby.isStreaming
    readiness.isApplying = !standby.isReplayPaused
    readiness.behind = standby.delay.map { Int($0.components.seconds) }
    return try? ask(facts) { [readiness] (connection) throws(ConnectionError) in
      var readiness = readiness
      readiness.settings = try settings(connection)
      readiness.logicalSlots = try logicalSlots(connection)
      return readiness
    }
  }

  func look(_ found: inout PreflightFacts, target: String) -> Bool {
    let facts = context.observer.observe(expected: .promoted, asksControl: false, until: context.deadline)
    guard let answer = facts.answer, answer.standby == nil else { return false }
    found.prepared = answer.preparedTransactions
    do throws(ConnectionError) {
      found = try ask(facts) { [found] (connection) throws(ConnectionError) in
        var found = found
        found.settings = try settings(connection)
        found.logicalSlots = try logicalSlots(connection)
        let senders = try connection.query(
          """
          SELECT application_name AS name, pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn)::bigint AS unsent \
          FROM pg_stat_replication WHERE state = 'streaming'
          """, until: context.deadline)
        // A role that may not see others' sessions is shown none of their names.
        let isKnown = senders.allSatisfy { $0["name"] != nil }
        let sender = senders.first { $0["name"] == target }
        found.isCutOff = isKnown && sender == nil
        found.unsent = sender?["unsent"].flatMap { UInt64($0) }
        // What only reads is begun again; what writes is undone.
        let oldest = try connection.query(
          """
          SELECT pid, usename, extract(epoch FROM now() - xact_start)::bigint AS age FROM pg_stat_activity \
          WHERE backend_xid IS NOT NULL AND backend_type = 'client backend' AND xact_start IS NOT NULL \
          ORDER BY xact_start LIMIT 1
          """, until: context.deadline
        ).first
        found.oldestTransaction = oldest?["age"].flatMap { Int64($0) }.map { .seconds($0) }
        found.transaction = "pid \(oldest?["pid"] ?? "") of \(oldest?["usename"] ?? "")"
        // A failure that is older than the last success is over.
        let archiver = try connection.query(
          """
          SELECT current_setting('archive_mode') <> 'off' AND last_failed_time > coalesce(last_archived_time, '-infinity') AS stuck \
          FROM pg_stat_archiver
          """, until: context.deadline
        ).first
        found.isArchiverStuck = archiver?["stuck"] == "t"
        return found
      }
      if !found.isArchiverStuck { found.isArchiverStuck = try hangs(facts) }
    } catch {
      context.log(.warning, "not all that may be in the way of a switchover is known: \(error.reason)")
    }
    return true
  }

  func wait(for target: String, _ found: inout PreflightFacts) {
    // A role that may not see others' sessions has not seen it either.
    guard found.unsent != nil else { return }
    do throws(ConnectionError) {
      found.missing = try ask(context.observer.observeProcesses()) { (connection) throws(ConnectionError) in
        try missing(on: target, connection)
      }
    } catch {
      context.log(.warning, "whether \(target) gets what is written here is not known: \(error.reason)")
    }
  }

  /// What the target has not on its disk of what was here at the beginning.
  private func missing(on target: String, _ connection: borrowing Connection) throws(ConnectionError)
    -> String?
  {
    let begun = try connection.query("SELECT pg_current_wal_lsn() AS lsn", until: context.deadline).first?[
      "lsn"]
    guard let begun, LSN(begun) != nil else { return nil }
    let limit = patience
    while true {
      // Those of an application_name that is no node's are not the target's.
      let row = try connection.query(
        """
        SELECT bool_or(flush_lsn >= '\(begun)') AS complete, max(pg_wal_lsn_diff('\(begun)', flush_lsn))::bigint AS bytes \
        FROM pg_stat_replication WHERE application_name = '\(target.filter { $0 != "'" && $0 != "\\" })'
        """, until: context.deadline
      ).first
      if row?["complete"] != "f" { return nil }
      if limit.isPast { return row?["bytes"].map { "\($0) bytes" } ?? "WAL" }
      pause(.milliseconds(50), until: limit)
    }
  }

  /// Whether archive_command takes longer than the limit for what is one file's work. Needs pg_monitor.
  private func hangs(_ facts: InstanceFacts) throws(ConnectionError) -> Bool {
    let age = "make_interval(secs => \(limit.components.seconds))"
    let rows = try ask(facts) { (connection) throws(ConnectionError) in
      try connection.query(
        """
        SELECT current_setting('archive_mode') <> 'off' \
        AND coalesce(last_archived_time < now() - \(age), true) AND EXISTS (SELECT FROM pg_ls_archive_statusdir() \
        WHERE name LIKE '%.ready' AND modification < now() - \(age)) AS hangs FROM pg_stat_archiver
        """, until: context.deadline)
    }
    return rows.first?["hangs"] == "t"
  }

  /// Those that outlive a session: PostgreSQL 17 synchronizes them to standbys, extensions do so with older ones.
  private func logicalSlots(_ connection: borrowing Connection) throws(ConnectionError) -> Set<String> {
    let rows = try connection.query(
      "SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'logical' AND NOT temporary",
      until: context.deadline)
    return Set(rows.compactMap { $0["slot_name"] })
  }

  /// The shutdown writes what this leaves, while nobody can write.
  func prepare() {
    let facts = context.observer.observeProcesses()
    let remaining = context.deadline.remaining
    do throws(ConnectionError) {
      let connection = try LocalServer(instance: context.instance, pidFile: facts.pidFile).connect(
        patience: remaining / 2, until: context.deadline)
      _ = try connection.query("CHECKPOINT", until: context.deadline)
    } catch {
      context.log(.warning, "no checkpoint before the demotion, which may take longer: \(error.reason)")
    }
  }

  private func settings(_ connection: borrowing Connection) throws(ConnectionError) -> [String: String] {
    var settings: [String: String] = [:]
    for row in try connection.query(Self.settings, until: context.deadline) {
      if let name = row["name"] { settings[name] = row["setting"] }
    }
    return settings
  }

  private func ask<R>(
    _ facts: InstanceFacts, _ body: (borrowing Connection) throws(ConnectionError) -> R
  ) throws(ConnectionError) -> R {
    let connection = try LocalServer(instance: context.instance, pidFile: facts.pidFile).connect(
      until: context.deadline)
    return try body(connection)
  }
}
