internal import Glibc
internal import Host
internal import MySQLFacts
internal import OCF
internal import ReplicationActions

/// The server's program, asked for what it can tell without a server.
struct ServerProgram {
  /// Why it did not tell.
  struct Problem: Error {
    /// Not installed where it is the program that is wrong: the cluster does not try this node again. Whatever may pass is
    /// no such reason.
    let code: ExitCode
    let reason: String
  }

  private let context: Context

  init(_ context: Context) { self.context = context }

  /// What its own files say.
  func configuration() throws(Problem) -> ConfiguredOptions {
    let object = "\(context.instance.datadir): the server's configuration cannot be read"
    let result = try run("--print-defaults", object)
    guard result.succeeded else { throw Self.problem(result, object) }
    return ConfiguredOptions(result.output)
  }

  /// Which version it is of which family; one that the agent knows.
  func version() throws(Problem) -> ServerVersion {
    let object = "binary \(context.instance.binary ?? ""): does not say its version"
    let result = try run("--version", object)
    guard let version = ServerVersion(result.output) else {
      throw Self.problem(result, object + "; needs mysqld or mariadbd itself")
    }
    guard version.isSupported else {
      throw Problem(
        code: .notInstalled,
        reason:
          "binary \(context.instance.binary ?? ""): is \(version); needs \(ServerVersion.oldest(version.family)) or later"
      )
    }
    return version
  }

  private func run(_ argument: String, _ object: String) throws(Problem) -> CommandResult {
    guard let command = context.instance.program([argument]) else {
      throw Problem(
        code: .notInstalled, reason: "\(context.instance.datadir): the server's program is not installed")
    }
    do throws(CommandError) {
      return try command.run(until: context.deadline)
    } catch {
      throw Self.problem(error, object)
    }
  }

  /// It never ran, or did not end.
  static func problem(_ error: CommandError, _ object: String) -> Problem {
    var isMissing = false
    if case .cannotStart(_, _, ENOENT) = error { isMissing = true }
    return Problem(
      code: isMissing ? .notInstalled : .genericError, reason: "\(object) (\(error.reason))")
  }

  /// It ran, and answered something else. One that was killed has not answered.
  static func problem(_ result: CommandResult, _ object: String) -> Problem {
    let words = result.errors.split(whereSeparator: \.isNewline).first.map(String.init)
    return Problem(
      code: result.exitCode == nil ? .genericError : .notInstalled,
      reason: "\(object) (\(words ?? "\(result.ending)"))")
  }
}
