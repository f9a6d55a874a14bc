public import OCF
internal import Replication

/// The parameters of `ocf:martlet:mysql`. Everything that speaks of them reads them here.
public enum Declarations {
  /// The data directory.
  public static let datadir = Parameter(
    "datadir", .path, default: "/var/lib/mysql", uniqueGroup: "instance", title: "Data directory",
    text:
      "The data directory of the instance, on every node the same path. A node where it does not exist runs no instance."
  )
  /// The server's program.
  public static let binary = Parameter(
    "binary", .path, title: "The server's program",
    text: """
      mysqld or mariadbd itself; never mysqld_safe, which would restart a server that the cluster has stopped. By default the \
      first of /usr/sbin/mariadbd, /usr/sbin/mysqld, /usr/libexec/mariadbd and /usr/libexec/mysqld.
      """)
  /// Where the configuration is.
  public static let configFile = Parameter(
    "config_file", .path, title: "Configuration file",
    text:
      "Given to the server as --defaults-file. By default the server reads the files that it was built to read."
  )
  /// The socket.
  public static let socket = Parameter(
    "socket", .path, default: "/run/mysqld/mysqld.sock", uniqueGroup: "socket", title: "Unix socket",
    text: "Given to the server, and where the agent connects. Its directory is made if it is missing."
  )
  /// The port.
  public static let port = Parameter(
    "port", .integer(1...65535), uniqueGroup: "port", title: "Port",
    text: "The port of the instance, the same on every node. By default what the server's configuration says."
  )
  /// The pid file.
  public static let pidFile = Parameter(
    "pid_file", .path, default: "/run/mysqld/mysqld.pid", uniqueGroup: "pid_file", title: "Pid file",
    text: "Given to the server. Its directory is made if it is missing."
  )
  /// The operating system's user.
  public static let systemUser = Parameter(
    "system_user", .string, title: "Operating system user",
    text: """
      The user that runs the server, that the agent becomes for everything that touches it, and by whose name it logs in through \
      the Unix socket. By default the owner of datadir.
      """)
  /// Who receives.
  public static let replicationUser = Parameter(
    "replication_user", .string, title: "Replication account",
    text: """
      The account that replicas connect to the primary with; it needs REPLICATION SLAVE. By default the user in group \
      [replication] of credentials_file.
      """)
  /// Passwords.
  public static let credentialsFile = Parameter(
    "credentials_file", .path, default: "/etc/martlet/mysql.cnf", title: "File with passwords",
    text: """
      An option file with group [replication] (user, password: for the peers) and, where the Unix socket's identity does not do, \
      group [client] (user, password: for the local server). It must belong to root, in a directory where only root can write, or to \
      system_user, with mode 0600; a symbolic link is refused. Never put a password into the cluster's configuration.
      """)
  /// Whom to trust.
  public static let sslCA = Parameter(
    "ssl_ca", .path, title: "Certificate authority of the peers",
    text: """
      With it every connection to a peer, the agent's and replication's, uses TLS, and the peer's certificate must be signed by this \
      authority and name the peer's address. Without it nothing is verified: the agent's own connections are encrypted where \
      the peer offers TLS, and replication as the servers do it by themselves.
      """)
  /// Our certificate.
  public static let sslCert = Parameter(
    "ssl_cert", .path, title: "Certificate for the peers",
    text: "The certificate that this node shows to its peers, if the replication account requires one.")
  /// Our key.
  public static let sslKey = Parameter(
    "ssl_key", .path, title: "Key of the certificate", text: "The private key that belongs to ssl_cert.")
  /// More arguments for the server.
  public static let startOptions = Parameter(
    "start_options", .string, title: "More options for the server",
    text: """
      More command-line options for the server, split at spaces; double quotes keep a value together, and no shell sees them. \
      Example: --innodb-buffer-pool-size=8G
      """)
  /// Where the server's first words go.
  public static let logFile = Parameter(
    "log_file", .path, title: "Log of the server's start",
    text: """
      Where the server's standard output and error go; a server with log_error writes next to nothing there. By default \
      error.log in /var/log/mysql or /var/log/mariadb, else in datadir.
      """)
  /// What a crash means.
  public static let onCrash = Parameter(
    "on_crash", .choice(["failover", "recover"]), default: "failover",
    title: "What to do when the primary's server crashes",
    text:
      "failover: another node is promoted. recover: the server restarts, recovers and is promoted where it is."
  )
  /// When a replica is good for readers.
  public static let maxLag = Parameter(
    "max_lag", .duration(.seconds(1)...(.seconds(86_400))), default: "30s", reloadable: true,
    title: "Largest delay of a readable replica",
    text: """
      The node attribute RESOURCE-readable is 1 while the instance is the primary, or a replica that replicates and is less than \
      this behind. Having lost it, a replica gets it back at half of this.
      """)
  /// How long one answer may take.
  public static let queryTimeout = Parameter(
    "query_timeout", .duration(.milliseconds(100)...(.seconds(300))), default: "5s", reloadable: true,
    title: "Time limit of the agent's questions",
    text: "How long the server may take to accept a connection, and to answer.")
  /// When silence is a failure.
  public static let frozenTimeout = Parameter(
    "frozen_timeout", .duration(.seconds(1)...(.seconds(86_400))), default: "30s", reloadable: true,
    title: "How long a server may leave questions unanswered",
    text: """
      A server that answered no question for this long has failed. One whose process is stopped (SIGSTOP) has failed at once. \
      Until then the monitor says degraded, because load alone is no reason to fail over.
      """)
  /// When a replica that lost its primary may no longer be promoted.
  public static let disconnectTimeout = Parameter(
    "disconnect_timeout", .duration(.seconds(1)...(.seconds(86_400))), default: "30s", reloadable: true,
    title: "How long a replica may be without its primary",
    text:
      "A replica that has received nothing for this long, while the cluster has a primary, cannot be promoted until it receives again."
  )
  /// How long a silent node can delay a promotion.
  public static let electionTimeout = Parameter(
    "election_timeout", .duration(.milliseconds(100)...(.seconds(300))), default: "1s", reloadable: true,
    title: "How long a promotion waits for a silent node",
    text:
      "Before a promotion each node tells which transactions it has. One that says nothing within this time is not waited for; what it says later still counts when the promotion itself begins."
  )

  /// How a diverged node comes back.
  public static let rejoin = Parameter(
    "rejoin", .choice(["reclone", "hold"]), default: "hold", reloadable: true,
    title: "How a diverged node comes back",
    text: """
      What a node does that has transactions that the primary has not. hold: nothing, it waits for you. reclone: it keeps their \
      binary logs in /var/lib/martlet/RESOURCE/abandoned, with a report, makes a copy of the primary beside datadir, and follows. \
      MySQL 8.0.17 and later does it with CLONE and needs its plugin on every node; the agent's account needs BACKUP_ADMIN, \
      CLONE_ADMIN and REPLICATION SLAVE, the replication account BACKUP_ADMIN. MariaDB does it with mariadb-backup, which the \
      primary's node sends to copy_port of this one; the agent's account needs BINLOG MONITOR.
      """)
  /// Where a copy is received.
  public static let copyPort = Parameter(
    "copy_port", .integer(1...65_535), default: "4444", reloadable: true,
    title: "Port for a copy of MariaDB's data",
    text: """
      With rejoin=reclone and MariaDB: the TCP port of a diverged node to which the primary's node sends a copy of its data, without \
      TLS. Nobody listens there but a node that waits for its copy, and only who was asked is heard.
      """)

  /// Every parameter, in the order of the manual.
  public static let all =
    [
      datadir, binary, configFile, socket, port, pidFile, systemUser, replicationUser, credentialsFile, sslCA,
      sslCert, sslKey, startOptions, logFile, onCrash, maxLag, queryTimeout, frozenTimeout, disconnectTimeout,
      electionTimeout, rejoin, copyPort,
    ] + SharedParameters.durabilityParameters + SharedParameters.switchoverParameters + [
      SharedParameters.onSick, SharedParameters.onFull, SharedParameters.fullTimeout,
      SharedParameters.sentinel, SharedParameters.lease,
    ]

  /// What `meta-data`, `--help` and the manual print.
  public static let agent = AgentDescription(
    name: "mysql", version: version,
    title: "MySQL and MariaDB with GTID replication",
    text: """
      Keeps a primary and its replicas available: MySQL 8.0, 8.4, 9 and later, MariaDB 10.6 and later.

      Use it as a promotable clone with notify=true. Every instance starts read-only; Pacemaker promotes the one that has all \
      transactions that any node has received. A node is reached by the others at its node attribute RESOURCE-address, else at its \
      node name. The agent owns the replication channel, read_only, super_read_only, offline_mode and the source side of \
      semi-synchronous replication, which it switches on where it is promoted if the server's configuration says so; with \
      durability=quorum or strict both sides of it.
      """,
    parameters: all,
    actions: [
      AdvertisedAction(.start, timeout: .seconds(120)),
      AdvertisedAction(.stop, timeout: .seconds(120)),
      AdvertisedAction(.promote, timeout: .seconds(60)),
      AdvertisedAction(.demote, timeout: .seconds(120)),
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
