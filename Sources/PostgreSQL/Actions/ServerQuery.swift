internal import Host
internal import OCF
internal import PostgreSQLFacts

/// The one question of a monitor, and how its answer is read.
enum ServerQuery {
  /// Works on a primary and on a standby, PostgreSQL 13 and later, for a role that may read pg_monitor's views. It
  /// reads shared memory only: no table, no disk, no lock.
  static let statement = """
    SELECT pg_is_in_recovery() AS recovery, \
    CASE WHEN pg_is_in_recovery() THEN w.received_tli::text \
    ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int::text END AS timeline, \
    pg_last_wal_receive_lsn() AS received, pg_last_wal_replay_lsn() AS replayed, \
    w.status, w.written_lsn AS written, w.latest_end_lsn AS senders_end, \
    extract(epoch FROM now() - w.last_msg_receipt_time)::numeric(20,3) AS silence, \
    extract(epoch FROM now() - pg_last_xact_replay_timestamp())::numeric(20,3) AS replay_age, \
    CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END AS paused, \
    current_setting('recovery_min_apply_delay') AS delay, \
    CASE WHEN pg_has_role('pg_read_all_settings', 'MEMBER') THEN current_setting('primary_conninfo') END AS conninfo, \
    current_setting('restart_after_crash') AS restarts, \
    (SELECT count(*) FROM pg_prepared_xact()) AS prepared, \
    (SELECT extract(epoch FROM now() - min(p.prepared))::numeric(20,3) FROM pg_prepared_xact() p) AS oldest, \
    (SELECT count(*) FROM pg_stat_get_wal_senders() s WHERE s.state = 'streaming') AS standbys, \
    w.slot_name AS slot, \
    (SELECT count(*) FROM pg_stat_get_activity(NULL) a WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()) \
    >= current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int \
    - coalesce(current_setting('reserved_connections', true)::int, 0) AS full, \
    (SELECT string_agg(concat_ws(' ', r.slot_name, r.active, coalesce(r.restart_lsn::text, '-'), coalesce(r.wal_status, '-')), ',') \
    FROM pg_get_replication_slots() r WHERE r.slot_type = 'physical' AND r.slot_name::text LIKE 'martlet\\_%') AS slots \
    FROM (SELECT 1) one LEFT JOIN pg_stat_get_wal_receiver() w ON w.pid IS NOT NULL
    """

  /// Reads the row of `statement`; nil if even the role is missing.
  static func answer(_ row: ResultRow) -> ServerAnswer? {
    guard let recovery = row["recovery"] else { return nil }
    var answer = ServerAnswer(standby: nil)
    if recovery == "t" {
      var standby = ServerAnswer.Standby()
      standby.received = row["received"].flatMap { LSN($0) }
      standby.written = row["written"].flatMap { LSN($0) }
      standby.replayed = row["replayed"].flatMap { LSN($0) }
      standby.receiverStatus = row["status"]
      standby.sendersEnd = row["senders_end"].flatMap { LSN($0) }
      standby.silence = row["silence"].flatMap(seconds)
      standby.replayAge = row["replay_age"].flatMap(seconds)
      standby.isReplayPaused = row["paused"] == "t"
      standby.isDelayed = row["delay"].map { $0 != "0" } ?? false
      standby.primaryConnection = row["conninfo"]
      standby.receiverSlot = row["slot"]
      answer.standby = standby
    }
    answer.timeline = row["timeline"].flatMap { Timeline($0) }
    answer.preparedTransactions = row["prepared"].flatMap { Int($0) } ?? 0
    answer.oldestPrepared = row["oldest"].flatMap(seconds)
    answer.restartsAfterCrash = row["restarts"].map { $0 == "on" }
    answer.streamingStandbys = row["standbys"].flatMap { Int($0) } ?? 0
    answer.isFull = row["full"] == "t"
    answer.slots = row["slots"].map(ReplicationSlot.list) ?? []
    return answer
  }

  /// A clock that was set back makes an age negative: that is no age.
  private static func seconds(_ text: String) -> Duration? {
    Double(text).map { .milliseconds(Int64(max(0, min($0, 1e9)) * 1000)) }
  }
}
