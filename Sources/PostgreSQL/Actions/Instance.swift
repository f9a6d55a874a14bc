internal import Host
internal import OCF
internal import Replication
internal import ReplicationActions
internal import PostgreSQLFacts

/// One PostgreSQL instance on this node: its parameters, and what they leave to be found.
struct Instance {
  /// The resource's name in the cluster.
  let name: String
  /// The parameters.
  let values: ParameterValues
  /// The data directory; empty when the parameter is missing.
  let pgdata: String
  /// Whom the agent becomes.
  let owner: InstanceUser

  /// Whom the agent becomes, never root; nil when the data directory is not here and no user is named.
  var user: User? { owner.user }
  /// Why `user` is nil, or is not the one that was named.
  var userProblem: String? { owner.problem }

  init(name: String, values: ParameterValues) {
    self.name = name
    self.values = values
    pgdata = withoutTrailingSlash(values.text(Declarations.pgdata) ?? "")
    owner = InstanceUser(
      named: values.text(Declarations.systemUser), owning: pgdata, product: "PostgreSQL")
  }

  /// Reads what another user can write, as that user.
  func reading<R>(_ body: () throws(HostError) -> R) throws(HostError) -> R { try owner.reading(body) }

  /// A file in the data directory.
  func path(_ name: String) -> String { pgdata + "/" + name }

  /// The major version in PG_VERSION; nil when there is none.
  var version: String? {
    let text = try? reading { () throws(HostError) in try Files.readText(path("PG_VERSION"), limit: 64) }
    // It becomes part of a path: digits and a dot, nothing else.
    guard let line = text?.split(whereSeparator: \.isWhitespace).first, line.first?.isNumber ?? false,
      line.utf8.count <= 8, line.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 })
    else { return nil }
    return String(line)
  }

  /// The directory of the server's programs; nil when there is none for the instance's version.
  var bindir: String? {
    if let given = values.text(Declarations.bindir) {
      return Files.exists(given + "/postgres") ? withoutTrailingSlash(given) : nil
    }
    return bindirCandidates.first { Files.exists($0 + "/postgres") }
  }

  /// Where `bindir` is looked for: Debian, PGDG on RHEL, the distribution's own.
  var bindirCandidates: [String] {
    guard let version else { return ["/usr/bin"] }
    return [
      "/usr/lib/postgresql/\(version)/bin", "/usr/pgsql-\(version)/bin", "/usr/bin", "/usr/local/pgsql/bin",
    ]
  }

  /// Debian's name of the instance, for a data directory `/var/lib/postgresql/15/main`: version and name.
  var debianName: (version: String, name: String)? {
    let parts = pgdata.split(separator: "/").map(String.init)
    guard parts.count == 5, parts[0] == "var", parts[1] == "lib", parts[2] == "postgresql" else { return nil }
    return (parts[3], parts[4])
  }

  /// The configuration file when it is not where the server would look by itself.
  var configFile: String? {
    if let given = values.text(Declarations.configFile) { return given }
    guard !Files.exists(path("postgresql.conf")), let (version, name) = debianName else { return nil }
    let debian = "/etc/postgresql/\(version)/\(name)/postgresql.conf"
    return Files.exists(debian) ? debian : nil
  }

  /// Where the server's standard output goes.
  var logFile: String {
    if let given = values.text(Declarations.logFile) { return given }
    if let (version, name) = debianName, Files.isDirectory("/var/log/postgresql") {
      return "/var/log/postgresql/postgresql-\(version)-\(name).log"
    }
    let parent = pgdata.lastIndex(of: "/").map { String(pgdata[..<$0]) } ?? ""
    return parent + "/pgstartup.log"
  }

  /// The role that standbys connect with.
  var replicationUser: String { values.text(Declarations.replicationUser) ?? user?.name ?? "postgres" }

  /// What a crash of the primary means.
  var crashPolicy: CrashPolicy {
    values.text(Declarations.onCrash).flatMap(CrashPolicy.init(rawValue:)) ?? .failover
  }

  /// What is asked of the primary's commits.
  var durability: DurabilityWish { DurabilityWish(values) }

  /// A program of the server's, to be run as its user.
  func program(_ name: String, _ arguments: [String], environment: [String: String] = [:]) -> Command? {
    guard let bindir, let user else { return nil }
    return Command("\(bindir)/\(name)", arguments, environment: environment, user: user)
  }

  /// The options that every start of the server gets.
  var serverArguments: [String] {
    var arguments = ["-D", pgdata]
    if let configFile { arguments += ["-c", "config_file=\(configFile)"] }
    if let port = values.integer(Declarations.port) { arguments += ["-c", "port=\(port)"] }
    if crashPolicy == .failover { arguments += ["-c", "restart_after_crash=off"] }
    return arguments + splitArguments(values.text(Declarations.startOptions) ?? "")
  }
}
