internal import CIB
internal import Glibc
internal import Host
internal import MySQLFacts
internal import MySQLRules
internal import OCF
internal import Replication
internal import ReplicationActions

/// Judges the accounts and the settings of the server that runs on this node. Only `validate-all` asks for it: what is wrong here is
/// no reason not to start a server.
struct ServerValidation {
  let context: Context

  private var datadir: String { context.instance.datadir }

  /// What came of it.
  struct Judgement {
    /// What is wrong, each in one line.
    var problems: [OCFError] = []
    /// What was not looked at, and why; nil when everything was.
    var omission: String?
  }

  /// Looks at the passwords' file, and at the server if one runs.
  func judge() -> Judgement {
    let credentials = Credentials(context.instance)
    var judgement = Judgement(problems: credentials.problem.map { [$0] } ?? [])
    let processes = context.observer.observeProcesses()
    guard case .running(let pid) = processes.process else {
      judgement.omission =
        "nothing runs here: accounts and settings were not looked at; the parameters and the files are good"
      return judgement
    }
    let connection: Connection
    do throws(ConnectionError) {
      connection = try context.connect()
    } catch {
      judgement.problems.append(login(error, pid))
      return judgement
    }
    do throws(ConnectionError) {
      let settings = try settings(connection, processes, pid)
      let wrong = settingRules.filter { $0.isWrong(settings) }.map {
        OCFError(.genericError, $0.line(settings))
      }
      judgement.problems += try privileges(connection) + wrong
      if clones, let obstacle = try connection.cloneObstacle(context) {
        judgement.problems.append(OCFError(.genericError, "rejoin reclone: \(obstacle)"))
      }
      let port = settings.value(["port"]).flatMap { Int($0) } ?? 3306
      if credentials.problem == nil { tryReplication(credentials, port, &judgement) }
    } catch {
      judgement.problems.append(
        OCFError(.genericError, "\(datadir): cannot be asked for its settings: \(error.reason)"))
    }
    return judgement
  }

  /// Why the agent cannot log in. A server that was started by hand may listen elsewhere.
  private func login(_ error: ConnectionError, _ pid: Int32) -> OCFError {
    let instance = context.instance
    if case .unreachable(let why) = error {
      let others = ListeningSockets.paths(of: pid).filter {
        !$0.hasSuffix("mysqlx.sock") && $0 != instance.socket
      }
      let place = others.isEmpty ? "" : ": this one listens on \(others.joined(separator: ", "))"
      return OCFError(
        .genericError,
        "socket \(instance.socket): \(why); needs the path at which the server listens\(place)")
    }
    let user = instance.user?.name ?? ""
    return OCFError(
      .genericError,
      "the agent's login: \(error.reason); needs an account \(user)@localhost that the socket identifies, or group [client] in credentials_file"
    )
  }

  private func privileges(_ connection: Connection) throws(ConnectionError) -> [OCFError] {
    let rows = try connection.query("SELECT CURRENT_USER() AS account", until: context.deadline)
    let grants = try connection.grants(until: context.deadline)
    let usesAdminAddress =
      context.instance.kept.adminAddress != nil && Credentials(context.instance).client != nil
    let missing = grants.missing(
      of: neededPrivileges(connection.version, usesAdminAddress: usesAdminAddress, clones: clones))
    if missing.isEmpty { return [] }
    let list = missing.joined(separator: ", ")
    let account = rows.first?["account"] ?? ""
    return [
      OCFError(
        .insufficientPrivileges,
        "account \(account): lacks \(list); needs GRANT \(list) ON *.* TO \(quoted(account))")
    ]
  }

  private var clones: Bool { context.instance.rejoinPolicy == .reclone }

  /// An account as statements name it; a user's name may hold an @.
  private func quoted(_ account: String) -> String {
    guard let at = account.lastIndex(of: "@") else { return account }
    return literal(String(account[..<at])) + "@" + literal(String(account[account.index(after: at)...]))
  }

  private func settings(
    _ connection: Connection, _ facts: InstanceFacts, _ pid: Int32
  ) throws(ConnectionError) -> Settings {
    var settings = Settings(
      connection.version, pairs(try connection.query(Settings.query, until: context.deadline)))
    settings.hasDefaultServerID = try connection.hasDefault("server_id", until: context.deadline)
    settings.hasDefaultSemiSyncLimit = try connection.hasDefault(
      settings.name(Settings.semiSyncLimit), until: context.deadline)
    if !settings.isMariaDB {
      let persisted = try? connection.query(
        "SELECT VARIABLE_NAME AS Variable_name, VARIABLE_VALUE AS Value FROM performance_schema.persisted_variables",
        until: context.deadline)
      settings.persisted = pairs(persisted ?? [])
    }
    settings.wantsSemiSync = configuration?.wantsSemiSync ?? context.instance.kept.wantsSemiSync
    settings.supervisor = facts.supervisor
    settings.unit = (try? Files.readText("/proc/\(pid)/cgroup", limit: 1 << 16)).flatMap(
      databaseUnit(inControlGroups:))
    settings.isClosedByAgent = context.run.memory["closed"] == "1"
    return settings
  }

  private func pairs(_ rows: [ResultRow]) -> [String: String] {
    var pairs: [String: String] = [:]
    for row in rows { pairs[row["Variable_name"] ?? ""] = row["Value"] ?? "" }
    return pairs
  }

  private var configuration: ConfiguredOptions? {
    guard let result = try? context.instance.program(["--print-defaults"])?.run(until: context.deadline),
      result.succeeded
    else { return nil }
    return ConfiguredOptions(result.output)
  }

  /// Logs in as the other nodes do, at the address where they reach this one.
  private func tryReplication(_ credentials: Credentials, _ port: Int, _ judgement: inout Judgement) {
    guard let account = credentials.replication else {
      judgement.problems.append(
        OCFError(
          .notInstalled,
          "credentials_file \(context.instance.credentialsFile): names no replication account; needs group [replication] with user and password"
        ))
      return
    }
    let own = address
    let peer = PeerServer(context: context, upstream: Upstream(node: own, address: own), port: port)
    do throws(ConnectionError) {
      let connection = try peer.connect(until: context.deadline)
      let grants = try connection.grants(until: context.deadline)
      let clones = clones && connection.version.family == .mysql
      let needed = ["REPLICATION SLAVE"] + (clones ? ["BACKUP_ADMIN"] : [])
      for name in needed where !grants.has(name) {
        judgement.problems.append(
          OCFError(
            .insufficientPrivileges,
            "replication account \(account.user): lacks \(name); needs GRANT \(name) ON *.*"))
      }
    } catch {
      if saysNothing(error) {
        let why =
          loopback(own).map { "\(own) is \($0) on this machine; needs its network address in /etc/hosts" }
          ?? error.reason
        judgement.omission = "the replication account was not tried: \(why)"
        return
      }
      judgement.problems.append(
        OCFError(
          .genericError,
          "replication account \(account.user) at \(own):\(port): \(error.reason); needs an account that may log in from the nodes, with the password in credentials_file"
        ))
    }
  }

  /// The loopback's address that a name stands for, as Debian's installer writes it into /etc/hosts; nil for any other.
  private func loopback(_ name: String) -> String? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &found) == 0, let found else { return nil }
    defer { freeaddrinfo(found) }
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let entry = found.pointee
    guard
      getnameinfo(
        entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
    else { return nil }
    let address = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return address.hasPrefix("127.") || address == "::1" ? address : nil
  }

  /// Where the others reach this node; by hand, by the machine's name.
  private var address: String {
    if let node = context.cluster.node {
      return context.cluster.state()?.address(of: node, for: context.invocation.instance) ?? node
    }
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// What says nothing about logins from other nodes: this one came through the loopback, as where a machine's name is 127.0.1.1, or the
  /// server does not listen there, which the settings tell, or is closed after a demotion.
  private func saysNothing(_ error: ConnectionError) -> Bool {
    if error.saysServerIsDown { return true }
    guard case .server(let number, let message) = error else { return false }
    return number == 3032
      || ["@'localhost'", "@'127.", "Host '127.", "Host 'localhost'"].contains { message.contains($0) }
  }
}

extension Connection {
  /// What the account of this connection may do.
  fileprivate func grants(until deadline: Deadline) throws(ConnectionError) -> Grants {
    Grants(try query("SHOW GRANTS", until: deadline).flatMap(\.values))
  }

  /// Nobody has set the variable, which is one of the server's own names.
  fileprivate func hasDefault(_ variable: String, until deadline: Deadline) throws(ConnectionError) -> Bool {
    let statement =
      version.family == .mariadb
      ? "SELECT GLOBAL_VALUE_ORIGIN AS origin FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_NAME = \(literal(variable))"
      : "SELECT VARIABLE_SOURCE AS origin FROM performance_schema.variables_info WHERE VARIABLE_NAME = \(literal(variable))"
    return ["COMPILE-TIME", "COMPILED"].contains(try query(statement, until: deadline).first?["origin"] ?? "")
  }
}
