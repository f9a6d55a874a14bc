import PostgreSQLFacts

/// What `pg_controldata` of PostgreSQL 15 says of a standby, whole.
enum ControlDataSample {
  static let standby = """
    pg_control version number:            1300
    Catalog version number:               202209061
    Database system identifier:           7711470668467892885
    Database cluster state:               in archive recovery
    pg_control last modified:             Mon Nov 23 20:44:47 2026
    Latest checkpoint location:           0/2000060
    Latest checkpoint's REDO location:    0/2000028
    Latest checkpoint's REDO WAL file:    000000010000000000000002
    Latest checkpoint's TimeLineID:       1
    Latest checkpoint's PrevTimeLineID:   1
    Latest checkpoint's full_page_writes: on
    Latest checkpoint's NextXID:          0:724
    Latest checkpoint's NextOID:          13573
    Latest checkpoint's NextMultiXactId:  1
    Latest checkpoint's NextMultiOffset:  0
    Latest checkpoint's oldestXID:        716
    Latest checkpoint's oldestXID's DB:   1
    Latest checkpoint's oldestActiveXID:  724
    Latest checkpoint's oldestMultiXid:   1
    Latest checkpoint's oldestMulti's DB: 1
    Latest checkpoint's oldestCommitTsXid:0
    Latest checkpoint's newestCommitTsXid:0
    Time of latest checkpoint:            Mon Nov 23 20:44:41 2026
    Fake LSN counter for unlogged rels:   0/3E8
    Minimum recovery ending location:     0/2000100
    Min recovery ending loc's timeline:   1
    Backup start location:                0/0
    Backup end location:                  0/0
    End-of-backup record required:        no
    wal_level setting:                    replica
    wal_log_hints setting:                off
    max_connections setting:              100
    max_worker_processes setting:         8
    max_wal_senders setting:              10
    max_prepared_xacts setting:           0
    max_locks_per_xact setting:           64
    track_commit_timestamp setting:       off
    Maximum data alignment:               8
    Database block size:                  8192
    Blocks per segment of large relation: 131072
    WAL block size:                       8192
    Bytes per WAL segment:                16777216
    Maximum length of identifiers:        64
    Maximum columns in an index:          32
    Maximum size of a TOAST chunk:        1996
    Size of a large-object chunk:         2048
    Date/time type storage:               64-bit integers
    Float8 argument passing:              by value
    Data page checksum version:           0
    Mock authentication nonce:            7dd971a0af12e37566069b8276a7ab41185f3ca14ae59b65b1c3147c474186db

    """

  /// The same with another state.
  static func text(_ state: ControlData.State) -> String {
    standby.replacing("in archive recovery", with: state.rawValue)
  }
}
