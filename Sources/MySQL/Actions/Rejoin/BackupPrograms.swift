internal import Host
internal import MySQLFacts
internal import OCF

/// MariaDB's own programs for a copy.
struct BackupPrograms {
  let instance: Instance

  /// Beside the server's program, or where distributions have them.
  private func find(_ names: [String]) -> String? {
    let beside = instance.binary.flatMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } }
    let directories = [beside, "/usr/bin"].compactMap { $0 }
    return directories.flatMap { directory in names.map { "\(directory)/\($0)" } }.first(where: Files.exists)
  }

  /// Why there can be no copy; nil if there can.
  var obstacle: String? {
    let values = instance.values
    if find(["mariadb-backup", "mariabackup"]) == nil || find(["mbstream"]) == nil {
      return "mariadb-backup and mbstream are not installed; needs package mariadb-backup on every node"
    }
    if [Declarations.sslCA, Declarations.sslCert, Declarations.sslKey].contains(where: {
      values.text($0) != nil
    }) {
      return "a copy by mariadb-backup goes in clear, and ssl_ca is set; needs rejoin=hold"
    }
    return nil
  }

  /// Sends a copy of the running server's data to its standard output.
  func backup(as account: Account?) throws(HostError) -> Command {
    guard let user = instance.user else { throw HostError(reason: "no user to become") }
    var command = try command(
      ["mariadb-backup", "mariabackup"],
      instance.configuration + [
        // While it waits for the log to be copied, at the end, nobody can commit: by default up to a second.
        "--backup", "--stream=mbstream", "--log-copy-interval=20",
        "--target-dir=\(instance.datadir).martlet-backup",
        "--datadir=\(instance.datadir)", "--socket=\(instance.socket)",
        "--user=\(account?.user ?? user.name)",
      ])
    // A command line can be read by everybody, this by its user and root.
    if let password = account?.password, !password.isEmpty { command.environment["MYSQL_PWD"] = password }
    // It tells of every table.
    command.outputLimit = 256 << 20
    return command
  }

  /// Writes what it reads from its standard input to a directory.
  func extract(to directory: String) throws(HostError) -> Command {
    try command(["mbstream"], ["-x", "-C", directory])
  }

  /// Makes what was copied one state of the data.
  func prepare(_ directory: String) throws(HostError) -> Command {
    var command = try command(
      ["mariadb-backup", "mariabackup"], ["--no-defaults", "--prepare", "--target-dir=\(directory)"])
    command.outputLimit = 256 << 20
    return command
  }

  /// Runs statements on a copy without serving anybody: the layout of its files is in the copy.
  func statements(_ lines: [String], on directory: String) throws(HostError) -> Command {
    guard let binary = instance.binary, let user = instance.user else {
      throw HostError(reason: "no server's program")
    }
    return Command(
      binary,
      [
        "--defaults-file=\(directory)/backup-my.cnf", "--datadir=\(directory)", "--bootstrap",
        "--skip-log-bin",
      ],
      user: user, directory: "/", input: Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  private func command(_ names: [String], _ arguments: [String]) throws(HostError) -> Command {
    guard let program = find(names), let user = instance.user else {
      throw HostError(reason: "\(names.first ?? ""): is not installed; needs package mariadb-backup")
    }
    return Command(program, arguments, user: user, directory: "/")
  }
}

extension CommandResult {
  /// The last line that says what went wrong, else the last one.
  var complaint: String {
    let lines = errors.split(whereSeparator: \.isNewline).map(String.init)
    return lines.last { $0.contains("ERROR") || $0.contains("rror:") } ?? lines.last ?? ""
  }
}
