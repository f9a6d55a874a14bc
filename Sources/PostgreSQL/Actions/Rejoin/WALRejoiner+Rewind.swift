internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import ReplicationActions

extension WALRejoiner {
  func rewind(_ progress: RejoinProgress) throws(RejoinError) {
    let primary = try presentPrimary()
    try recover(progress)
    try waitForCheckpoint(primary, progress)
    try progress.step("pg_rewind, looking")
    // Whatever makes it impossible is found out before anything is changed.
    let look = try run("pg_rewind", rewindArguments(primary) + ["--dry-run"], progress)
    if let wanted = RewindOutput.mebibytesToCopy(look) {
      let free = try touching { () throws(HostError) in try Files.freeSpace(context.instance.pgdata) }
      guard free >> 20 >= wanted + 64 else {
        throw RejoinError(
          "\(object): has \(free >> 20) MiB of space left; pg_rewind needs \(wanted + 64) MiB")
      }
    }
    try progress.enter(.halfDone)
    try progress.step("pg_rewind")
    _ = try run("pg_rewind", rewindArguments(primary) + ["--progress"], progress)
    try restoreConfiguration(into: context.instance.pgdata, progress)
  }

  private func rewindArguments(_ primary: PrimaryServer) -> [String] {
    let instance = context.instance
    var arguments = [
      "--target-pgdata=\(instance.pgdata)", "--source-server=\(primary.databaseConnectionString)",
    ]
    let major = instance.version.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
    // With it pg_rewind asks the server's configuration for restore_command; up to 14 it cannot be told where that is.
    if instance.configFile == nil || major >= 15, hasRestoreCommand {
      arguments.append("--restore-target-wal")
      if let file = instance.configFile { arguments.append("--config-file=\(file)") }
    }
    return arguments
  }

  /// WAL that the data needs and that is not in pg_wal any more may be in an archive.
  private var hasRestoreCommand: Bool {
    let instance = context.instance
    let result = try? instance.program("postgres", ["-C", "restore_command"] + instance.serverArguments)?.run(
      until: Deadline(after: .seconds(10)))
    return result.map { $0.succeeded && $0.output.contains { !$0.isWhitespace } } ?? false
  }

  /// pg_rewind works on data of a server that ended cleanly. It would see to that itself, but not with a configuration that
  /// is elsewhere, nor on a standby: a single-user server refuses to be one (xlogrecovery.c).
  private func recover(_ progress: RejoinProgress) throws(RejoinError) {
    let control = context.observer.controlData(until: context.deadline)
    if control?.state == .shutDown || control?.state == .shutDownInRecovery { return }
    try progress.step("crash recovery")
    let instance = context.instance
    try touching { () throws(HostError) in
      try Files.remove(instance.path("standby.signal"))
      try Files.remove(instance.path("postmaster.pid"))
    }
    _ = try run(
      "postgres",
      ["--single", "-F"] + instance.serverArguments
        + ["-c", "archive_mode=off", "template1"], progress)
  }

  /// pg_rewind takes the primary's timeline from its last checkpoint, which right after a promotion is one of before it
  /// (mended in PostgreSQL 16).
  private func waitForCheckpoint(_ primary: PrimaryServer, _ progress: RejoinProgress) throws(RejoinError) {
    try progress.step("waiting for the primary's checkpoint")
    let wanted = try asking { () throws(ConnectionError) in try primary.position().position.timeline }
    var hasAsked = false
    // Without the right to ask for one, the next comes within checkpoint_timeout, which is five minutes by default.
    let deadline = Deadline(after: .seconds(900))
    while true {
      let rows = try asking { () throws(ConnectionError) in
        try primary.query("SELECT timeline_id FROM pg_control_checkpoint()")
      }
      if let timeline = rows.first?["timeline_id"].flatMap({ Timeline($0) }), timeline.number >= wanted.number
      {
        return
      }
      if !hasAsked {
        hasAsked = true
        // Its limit is the query's: a long one goes on, and is waited for here.
        _ = try? primary.query("CHECKPOINT")
      }
      guard !deadline.isPast else {
        throw RejoinError(
          "the primary on \(primary.upstream.node) has made no checkpoint since its promotion; needs CHECKPOINT there"
        )
      }
      pause(.milliseconds(500), until: deadline)
    }
  }

  /// Runs one of the server's programs to its end, however long that takes, and shows how far it is.
  @discardableResult
  func run(_ name: String, _ arguments: [String], _ progress: RejoinProgress) throws(RejoinError) -> String {
    var environment: [String: String] = [:]
    environment["PGPASSFILE"] = context.instance.values.text(Declarations.passfile)
    guard var command = context.instance.program(name, arguments, environment: environment) else {
      throw RejoinError("\(name): is not installed, or there is no user to run it", hopeless: true)
    }
    command.directory = "/"
    command.outputLimit = 64 << 20
    let result: CommandResult
    do throws(CommandError) {
      result = try command.run(until: context.deadline) { written in
        if let percent = RewindOutput.percent(written) { progress.show(percent: percent) }
      }
    } catch {
      throw RejoinError(error.reason)
    }
    guard result.succeeded else {
      throw RejoinError("\(name): \(result.ending): \(RewindOutput.lastWords(result.errors))")
    }
    return result.output + "\n" + result.errors
  }
}
