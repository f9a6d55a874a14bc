internal import Host
internal import MySQLFacts
internal import OCF
internal import ReplicationActions

/// How long the primary may take to begin: its monitor has to see that a copy is wanted.
private let patience = Duration.seconds(120)

extension GTIDRejoiner {
  /// Gets a copy of a MariaDB primary, made by mariadb-backup there. It is whole, and knows how far it reaches, afterwards.
  func copyMariaDB(_ peer: PeerServer, to directory: CloneDirectory, _ progress: RejoinProgress)
    throws(RejoinError)
  {
    guard let user = context.instance.user else { throw RejoinError("no user to become") }
    let programs = BackupPrograms(instance: context.instance)
    do throws(HostError) {
      try acting(as: user) { () throws(HostError) in
        try Files.createDirectory(directory.copy, mode: 0o700)
      }
    } catch {
      throw RejoinError(error)
    }
    try progress.step("waiting for \(peer.upstream.node) to send a copy")
    let (stream, bytes) = try ask(peer)
    try progress.step("copying")
    try run("mbstream", progress) { () throws(HostError) in
      var extract = try programs.extract(to: directory.copy)
      extract.source = stream
      return extract
    } each: {
      if bytes > 0, let size = directory.copySize { progress.show(percent: min(99, Int(size * 100 / bytes))) }
    }
    let position = try position(in: directory.copy, from: peer)
    try progress.step("preparing the copy")
    try run("mariadb-backup", progress) { () throws(HostError) in try programs.prepare(directory.copy) }
    try run("mariadbd --bootstrap", progress) { () throws(HostError) in
      let names = try context.instance.reading { () throws(HostError) in
        try Files.list("\(directory.copy)/mysql")
      }
      let tables = names.filter { $0.hasPrefix("gtid_slave_pos") && $0.hasSuffix(".frm") }
        .map { String($0.dropLast(4)) }
      return try programs.statements(
        BackupPosition.statements(position, tables: tables.sorted()), on: directory.copy)
    }
    do throws(HostError) {
      try context.instance.reading { () throws(HostError) in
        for name in try Files.list(directory.copy) where BackupPosition.isLeftover(name) {
          try Files.remove("\(directory.copy)/\(name)")
        }
      }
    } catch {
      throw RejoinError(error)
    }
  }

  /// Asks until somebody who was asked begins to send; how many bytes there will be, about.
  private func ask(_ peer: PeerServer) throws(RejoinError) -> (stream: ByteStream, bytes: UInt64) {
    let request = CopyRequest(
      node: context.cluster.node ?? "", port: context.instance.values.integer(Declarations.copyPort) ?? 4444)
    let listener: StreamListener
    do throws(HostError) {
      listener = try StreamListener(port: request.port)
    } catch {
      throw RejoinError("copy_\(error.reason)")
    }
    let limit = context.deadline.earlier(patience)
    var found: (ByteStream, UInt64)?
    try asking { () throws(ConnectionError) in
      // The statement takes its time, whatever query_timeout is.
      let connection = try peer.connect(within: .seconds(10), until: limit)
      _ = try? connection.query("SET SESSION max_statement_time = 0", until: limit)
      while found == nil, !limit.isPast {
        try connection.query(request.statement, until: context.deadline, every: .milliseconds(100)) {
          if found == nil { found = accept(listener, request) }
        }
      }
    }
    guard let found else {
      throw RejoinError(
        "\(peer.upstream.node) sent no copy within \(patience.components.seconds) s; needs rejoin=reclone there, and port \(request.port) of this node open to it; its log may say more"
      )
    }
    return found
  }

  /// Whoever does not know the secret was not asked.
  private func accept(_ listener: StreamListener, _ request: CopyRequest) -> (ByteStream, UInt64)? {
    guard let stream = try? listener.accept(until: Deadline(after: .milliseconds(5))),
      let line = stream.readLine(limit: 128, until: Deadline(after: .seconds(2)))
    else { return nil }
    return request.bytes(greeting: line).map { (stream, $0) }
  }

  /// Written last by mariadb-backup: a copy without it is not whole.
  private func position(in directory: String, from peer: PeerServer) throws(RejoinError) -> MariaDBHistory {
    for name in BackupPosition.files {
      let text = try? context.instance.reading { () throws(HostError) in
        try Files.readText("\(directory)/\(name)", limit: 1 << 16)
      }
      if let text, let position = BackupPosition.read(text) { return position }
    }
    throw RejoinError("the copy is not whole; \(peer.upstream.node)'s log says why it ended")
  }

  private func run(
    _ name: String, _ progress: RejoinProgress, _ make: () throws(HostError) -> Command,
    each tell: @escaping () -> Void = {}
  ) throws(RejoinError) {
    let result: CommandResult
    do throws(HostError) {
      let command = try make()
      do throws(CommandError) {
        result = try command.run(until: context.deadline, every: .seconds(5)) { _ in tell() }
      } catch {
        throw HostError(reason: error.reason)
      }
    } catch {
      throw RejoinError(error)
    }
    guard result.succeeded else { throw RejoinError("\(name): \(result.ending): \(result.complaint)") }
  }
}
