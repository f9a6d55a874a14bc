public import OCF
internal import Replication

/// The parameters of `ocf:martlet:postgresql`. Everything that speaks of them reads them here.
public enum Declarations {
  /// The data directory.
  public static let pgdata = Parameter(
    "pgdata", .path, required: true, uniqueGroup: "instance", title: "Data directory",
    text:
      "The data directory of the instance, on every node the same path. A node where it does not exist runs no instance."
  )
  /// Where the server's programs are.
  public static let bindir = Parameter(
    "bindir", .path, title: "Directory of the server's programs",
    text: """
      The directory that holds postgres, pg_controldata and pg_waldump. By default the one that fits PG_VERSION, in the layouts of \
      Debian (/usr/lib/postgresql/VERSION/bin), PGDG for RHEL (/usr/pgsql-VERSION/bin), and /usr/bin.
      """)
  /// Where the configuration is, if not in the data directory.
  public static let configFile = Parameter(
    "config_file", .path, title: "Configuration file",
    text: """
      The server's postgresql.conf when it is not in pgdata. By default Debian's /etc/postgresql/VERSION/NAME/postgresql.conf \
      for a data directory /var/lib/postgresql/VERSION/NAME that has none of its own.
      """)
  /// The operating system's user.
  public static let systemUser = Parameter(
    "system_user", .string, title: "Operating system user",
    text:
      "The user that runs the server and that the agent becomes for everything that touches it. By default the owner of pgdata."
  )
  /// Where to connect locally.
  public static let socketDirectory = Parameter(
    "socket_directory", .path, title: "Directory of the Unix socket",
    text:
      "Where the agent connects to the local server. By default what the running server says in postmaster.pid."
  )
  /// The port.
  public static let port = Parameter(
    "port", .integer(1...65535), title: "Port",
    text: "The port of the instance, the same on every node. By default what the server's configuration says."
  )
  /// Which database the agent connects to.
  public static let database = Parameter(
    "database", .string, default: "postgres", reloadable: true, title: "Database to connect to",
    text: "The database that the agent's own queries connect to.")
  /// More arguments for the server.
  public static let startOptions = Parameter(
    "start_options", .string, title: "More options for the server",
    text: """
      More command-line options for postgres, split at spaces; double quotes keep a value together, and no shell sees them. \
      Example: -c work_mem=64MB
      """)
  /// Who streams.
  public static let replicationUser = Parameter(
    "replication_user", .string, title: "Replication role",
    text:
      "The database role that standbys connect to the primary with; it needs REPLICATION. By default system_user."
  )
  /// The password.
  public static let passfile = Parameter(
    "passfile", .path, title: "Password file",
    text: """
      A libpq password file (.pgpass) with the password of replication_user, readable by system_user alone. Never put a \
      password into the cluster's configuration.
      """)
  /// TLS and the like.
  public static let replicationOptions = Parameter(
    "replication_options", .string, title: "More options for the replication connection",
    text: """
      More libpq keywords for primary_conninfo, such as sslmode=verify-full sslrootcert=/etc/ssl/certs/ca.pem. The agent sets \
      host, port, user, application_name and passfile itself.
      """)
  /// Where the server's first words go.
  public static let logFile = Parameter(
    "log_file", .path, title: "Log of the server's start",
    text: """
      Where the server's standard output and error go; a server with logging_collector writes only its first lines there. By \
      default Debian's /var/log/postgresql/postgresql-VERSION-NAME.log, elsewhere pgstartup.log beside pgdata.
      """)
  /// What a crash means.
  public static let onCrash = Parameter(
    "on_crash", .choice(["failover", "recover"]), default: "failover",
    title: "What to do when the primary's server crashes",
    text: """
      failover: another node is promoted, and a crashed backend ends the server (restart_after_crash=off) instead of \
      re-initialising it in place. recover: the server restarts, recovers and is promoted where it is.
      """)
  /// When a standby is good for readers.
  public static let readableLag = Parameter(
    "readable_lag", .duration(.seconds(1)...(.seconds(86_400))), default: "30s", reloadable: true,
    title: "Largest delay of a readable standby",
    text: """
      The node attribute RESOURCE-readable is 1 while the instance is the primary, or a standby that streams and is less than \
      this behind. Having lost it, a standby gets it back at half of this.
      """)
  /// How long one query may take.
  public static let queryTimeout = Parameter(
    "query_timeout", .duration(.milliseconds(100)...(.seconds(300))), default: "5s", reloadable: true,
    title: "Time limit of the agent's query",
    text: "How long the server may take to accept a connection and to answer.")
  /// When silence is a failure.
  public static let frozenTimeout = Parameter(
    "frozen_timeout", .duration(.seconds(1)...(.seconds(86_400))), default: "30s", reloadable: true,
    title: "How long a server may leave questions unanswered",
    text: """
      A server that answered no question for this long has failed. One whose postmaster is stopped (SIGSTOP) has failed at \
      once. Until then the monitor says degraded, because load alone is no reason to fail over.
      """)
  /// When a standby that lost its primary may no longer be promoted.
  public static let disconnectTimeout = Parameter(
    "disconnect_timeout", .duration(.seconds(1)...(.seconds(86_400))), default: "30s", reloadable: true,
    title: "How long a standby may be without its primary",
    text:
      "A standby that has not streamed for this long, while the cluster has a primary, cannot be promoted until it streams again."
  )
  /// How long a silent node can delay a promotion.
  public static let electionTimeout = Parameter(
    "election_timeout", .duration(.milliseconds(100)...(.seconds(300))), default: "1s", reloadable: true,
    title: "How long a promotion waits for a silent node",
    text:
      "Before a promotion each node tells how far its WAL reaches. One that says nothing within this time is not waited for; what it says later still counts when the promotion itself begins."
  )
  /// How a diverged node comes back.
  public static let rejoin = Parameter(
    "rejoin", .choice(["rewind", "reclone", "hold"]), default: "rewind", reloadable: true,
    title: "How a diverged node comes back",
    text: """
      What a node does that has WAL that the primary has not. rewind: pg_rewind takes from the primary what differs; where it \
      cannot, everything is copied as with reclone. reclone: pg_basebackup. hold: nothing, it waits for you. What is abandoned \
      is kept in /var/lib/martlet/RESOURCE/abandoned before, with a report.
      """)
  /// Whether the old data may go first.
  public static let recloneInPlace = Parameter(
    "reclone_in_place", .boolean, default: "false", reloadable: true,
    title: "Whether a copy may be made in the place of the old data",
    text: """
      A copy of the primary is made beside pgdata, and the old data is removed when the new one streams. Where that cannot be, \
      because there is no room for both or pgdata is a mount point, true allows to remove the old data first.
      """)

  /// Whether WAL is kept for peers.
  public static let slots = Parameter(
    "slots", .boolean, default: "true", reloadable: true,
    title: "Whether WAL is kept for the other nodes, by replication slots",
    text: """
      Every node has a physical replication slot for each of the others, named martlet_ and the other node's name, so that one that was \
      away, also during a failover, finds the WAL that it needs. Other slots are never touched. Set max_slot_wal_keep_size, too: it \
      limits what a slot may keep.
      """)
  /// When a slot that nobody uses is dropped.
  public static let slotLimit = Parameter(
    "slot_limit", .duration(.seconds(1)...(.seconds(31_536_000))), default: "1h", reloadable: true,
    title: "How long WAL is kept for a node that is away",
    text: """
      A slot by which nobody has streamed for this long is dropped, so that a dead node does not fill the disk. That of a node which the \
      cluster has no more is dropped at once.
      """)

  /// How long a demoted primary goes on archiving.
  public static let archivingLimit = Parameter(
    "archiving_limit", .duration(.seconds(1)...(.seconds(86_400))), default: "10min", reloadable: true,
    title: "How long a demoted primary may go on archiving",
    text: """
      When the primary is moved, the other node is promoted as soon as it has everything, while the old primary's archiver still \
      works through what waits. Then it becomes a standby; after this time it does so all the same, and what was not archived is \
      missing in the archive.
      """)

  /// Whether logical decoding waits for the standbys.
  public static let synchronizeSlots = Parameter(
    "synchronize_slots", .boolean, default: "false", reloadable: true,
    title: "Whether failover slots wait for the standbys",
    text: """
      For logical slots that survive a failover (PostgreSQL 17 and later, failover=true). With true the agent owns the setting \
      synchronized_standby_slots: on the primary it names the agent's slots by which standbys stream, so that no subscriber gets ahead of \
      them, and a dead one holds nobody up; and primary_conninfo names the database. sync_replication_slots and hot_standby_feedback are yours \
      to set.
      """)

  /// Every parameter, in the order of the manual.
  public static let all =
    [
      pgdata, bindir, configFile, systemUser, socketDirectory, port, database, startOptions, replicationUser,
      passfile,
      replicationOptions, logFile, onCrash, readableLag, queryTimeout, frozenTimeout, disconnectTimeout,
      electionTimeout, rejoin, recloneInPlace, slots, slotLimit, synchronizeSlots, archivingLimit,
    ] + SharedParameters.durabilityParameters + SharedParameters.switchoverParameters + [
      SharedParameters.onSick, SharedParameters.onFull, SharedParameters.fullTimeout,
      SharedParameters.sentinel, SharedParameters.lease,
    ]

  /// What `meta-data`, `--help` and the manual print.
  public static let agent = AgentDescription(
    name: "postgresql", version: version,
    title: "PostgreSQL with streaming replication",
    text: """
      Keeps a PostgreSQL primary and its hot standbys available, PostgreSQL 13 and later.

      Use it as a promotable clone with notify=true. Only pgdata is required. Every instance starts as a standby; Pacemaker \
      promotes the one whose WAL reaches furthest. A node is reached by the others at its node attribute RESOURCE-address, \
      else at its node name. The agent owns the settings primary_conninfo and primary_slot_name (in postgresql.auto.conf) and \
      the file standby.signal, with durability=quorum or strict also synchronous_standby_names, and nothing else of the server's \
      configuration; and the replication slots whose names begin with martlet_, \
      with synchronize_slots=true also synchronized_standby_slots.
      """,
    parameters: all,
    actions: [
      AdvertisedAction(.start, timeout: .seconds(60)),
      AdvertisedAction(.stop, timeout: .seconds(60)),
      AdvertisedAction(.promote, timeout: .seconds(30)),
      AdvertisedAction(.demote, timeout: .seconds(60)),
      AdvertisedAction(.monitor, timeout: .seconds(20), interval: .seconds(10), role: .promoted),
      AdvertisedAction(.monitor, timeout: .seconds(20), interval: .seconds(11), role: .unpromoted),
      AdvertisedAction(.notify, timeout: .seconds(60)),
      AdvertisedAction(.reloadAgent, timeout: .seconds(20)),
      AdvertisedAction(.validateAll, timeout: .seconds(10)),
      AdvertisedAction(.metaData, timeout: .seconds(5)),
    ])

  /// Martlet's version.
  public static let version = martletVersion
}
