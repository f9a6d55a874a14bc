internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import ReplicationActions

/// Judges the parameters: by themselves (level 0), and on this node (level 10).
struct Validation {
  let context: Context

  /// What is wrong, worst first; empty if nothing is.
  func problems(level: Int) -> [OCFError] {
    let instance = context.instance
    var problems = instance.values.problems
    let options = instance.values.text(Declarations.replicationOptions) ?? ""
    // libpq takes spaces around the sign; sslpassword is a secret, too.
    if options.filter({ !$0.isWhitespace }).contains("password=") {
      problems.append(
        OCFError(.notConfigured, "replication_options: has a password; needs it in a file named by passfile"))
    }
    if level >= 10, problems.isEmpty { problems += problemsOnThisNode() }
    return problems
  }

  private func problemsOnThisNode() -> [OCFError] {
    let instance = context.instance
    let pgdata = instance.pgdata
    guard Files.exists(pgdata) else {
      return [
        OCFError(.notInstalled, "pgdata \(pgdata): does not exist on this node; needs a data directory")
      ]
    }
    if instance.values.text(Declarations.systemUser) != nil, let problem = instance.userProblem {
      return [OCFError(.notInstalled, "system_user: \(problem); needs a user of this node")]
    }
    if (try? Files.owner(of: pgdata)) == 0 {
      return [
        OCFError(
          .insufficientPrivileges,
          "pgdata \(pgdata): belongs to root, which PostgreSQL refuses; needs another owner")
      ]
    }
    guard let user = instance.user, instance.userProblem == nil else {
      return [
        OCFError(
          .notInstalled, "system_user: \(instance.userProblem ?? "unknown"); needs a user of this node")
      ]
    }
    guard let version = instance.version else {
      return [OCFError(.notInstalled, "pgdata \(pgdata): has no PG_VERSION; needs a data directory")]
    }
    guard let major = Int(version.prefix { $0.isNumber }), major >= 13 else {
      return [OCFError(.notInstalled, "pgdata \(pgdata): is of PostgreSQL \(version); needs 13 or later")]
    }
    guard instance.bindir != nil else {
      let places = instance.values.text(Declarations.bindir).map { [$0] } ?? instance.bindirCandidates
      return [
        OCFError(
          .notInstalled,
          "bindir: no postgres \(version) in \(places.joined(separator: ", ")); needs the server's programs")
      ]
    }
    return fileProblems(user)
  }

  private func fileProblems(_ user: User) -> [OCFError] {
    let instance = context.instance
    if let file = instance.configFile, !Files.exists(file) {
      return [
        OCFError(
          .notInstalled,
          "config_file \(file): does not exist on this node; needs the server's postgresql.conf")
      ]
    }
    if let file = instance.values.text(Declarations.passfile) {
      guard let status = try? Files.status(of: file) else {
        return [
          OCFError(
            .notInstalled, "passfile \(file): does not exist on this node; needs a libpq password file")
        ]
      }
      // libpq ignores, with a warning that nobody would see, a file that others may read.
      if status.mode & 0o077 != 0 {
        return [
          OCFError(
            .insufficientPrivileges,
            "passfile \(file): may be read by others (mode \(String(status.mode & 0o777, radix: 8))); needs 0600"
          )
        ]
      }
      if status.owner != user.uid {
        return [
          OCFError(.insufficientPrivileges, "passfile \(file): does not belong to \(user.name); needs to")
        ]
      }
    }
    return []
  }
}
