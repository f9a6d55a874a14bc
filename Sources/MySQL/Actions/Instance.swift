internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// One MySQL or MariaDB instance on this node: its parameters, and what they leave to be found.
struct Instance {
  /// The resource's name in the cluster.
  let name: String
  /// The parameters.
  let values: ParameterValues
  /// The data directory; empty when what was given cannot be one.
  let datadir: String
  /// Whom the agent becomes.
  let owner: InstanceUser
  /// What the server's own configuration said when it was started.
  let kept: KeptConfiguration

  var user: User? { owner.user }

  init(name: String, values: ParameterValues, kept: KeptConfiguration) {
    self.name = name
    self.values = values
    self.kept = kept
    let isWrong = values.isRejected(Declarations.datadir)
    datadir = isWrong ? "" : withoutTrailingSlash(values.text(Declarations.datadir) ?? "")
    owner = InstanceUser(named: values.text(Declarations.systemUser), owning: datadir, product: "MySQL")
  }

  /// Reads what another user can write, as that user.
  func reading<R>(_ body: () throws(HostError) -> R) throws(HostError) -> R { try owner.reading(body) }

  /// The server's program; nil when there is none.
  var binary: String? { binaryCandidates.first(where: Files.exists) }

  /// Where `binary` is looked for: Debian, RHEL.
  var binaryCandidates: [String] {
    if let given = values.text(Declarations.binary) { return [given] }
    return ["/usr/sbin/mariadbd", "/usr/sbin/mysqld", "/usr/libexec/mariadbd", "/usr/libexec/mysqld"]
  }

  var socket: String { values.text(Declarations.socket) ?? "/run/mysqld/mysqld.sock" }
  var pidFile: String { values.text(Declarations.pidFile) ?? "/run/mysqld/mysqld.pid" }
  var credentialsFile: String { values.text(Declarations.credentialsFile) ?? "" }

  /// Where the server's standard output goes.
  var logFile: String {
    if let given = values.text(Declarations.logFile) { return given }
    let directories = ["/var/log/mysql", "/var/log/mariadb"]
    return (directories.first(where: Files.isDirectory) ?? datadir) + "/error.log"
  }

  /// What a crash of the primary means.
  var crashPolicy: CrashPolicy {
    values.text(Declarations.onCrash).flatMap(CrashPolicy.init(rawValue:)) ?? .failover
  }

  /// What the operator wants of a diverged node.
  var rejoinPolicy: RejoinPolicy {
    values.text(Declarations.rejoin).flatMap(RejoinPolicy.init(rawValue:)) ?? .hold
  }

  /// What is asked of the primary's commits.
  var durability: DurabilityWish { DurabilityWish(values) }

  /// How long the server may take to answer.
  var queryLimit: Duration { values.duration(Declarations.queryTimeout) ?? .seconds(5) }

  /// The server's program with something else to do than to serve, as its user.
  func program(_ arguments: [String]) -> Command? {
    guard let binary, let user else { return nil }
    return Command(binary, configuration + arguments, user: user)
  }

  /// Must come first on the server's command line.
  var configuration: [String] {
    values.text(Declarations.configFile).map { ["--defaults-file=\($0)"] } ?? []
  }

  /// The options that every start of the server gets: it comes up read-only, and follows nobody by itself.
  /// - Parameter returnsAsReplica: another node is the primary, or is certain to be, and the replica's side of semi-synchronous
  ///   replication is on.
  func serverArguments(_ family: ServerVersion.Family, returnsAsReplica: Bool) -> [String] {
    var arguments =
      configuration + ["--datadir=\(datadir)", "--socket=\(socket)", "--pid-file=\(pidFile)"]
    if let port = values.integer(Declarations.port) { arguments.append("--port=\(port)") }
    arguments += splitArguments(values.text(Declarations.startOptions) ?? "")
    arguments += ["--read-only=ON", "--skip-slave-start"]
    if durability.policy != .async {
      // Whether it may acknowledge is known when it follows somebody.
      arguments += ["--loose-rpl-semi-sync-replica-enabled=OFF", "--loose-rpl-semi-sync-slave-enabled=OFF"]
    }
    switch family {
    case .mysql:
      arguments += [
        "--super-read-only=ON",
        // What was received and acknowledged must not be thrown away because the source is dead.
        "--relay-log-recovery=OFF",
        // An applier would wait for replicas of its own, for ever.
        "--loose-rpl-semi-sync-source-enabled=OFF", "--loose-rpl-semi-sync-master-enabled=OFF",
      ]
    case .mariadb:
      arguments += ["--gtid-strict-mode=ON", "--rpl-semi-sync-master-enabled=OFF"]
      // Takes away what a crashed primary had in its binary log and nobody had acknowledged (MDEV-21117); only for one that
      // returns as a replica (MDEV-33465): one that is promoted all the same gives the same GTIDs to other transactions, and
      // a node that was away may have the former. What is taken away may be on the new primary all the same, and comes back only if
      // the replica's side is on while it is received: without that a server passes over what has its own server_id.
      if returnsAsReplica { arguments.append("--init-rpl-role=SLAVE") }
    }
    return arguments
  }
}
