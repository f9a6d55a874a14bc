internal import Host
internal import PostgreSQLFacts
internal import Replication
internal import ReplicationActions

/// What was found when the histories were compared.
struct WALDivergence {
  var wal: AbandonedWAL
  let segmentSize: UInt64
}

/// The configuration files in the data directory that are this node's own: both tools replace them by the primary's.
let configurationFiles = ["postgresql.conf", "pg_hba.conf", "pg_ident.conf", "postgresql.auto.conf"]

extension WALRejoiner {
  func divergence() throws(RejoinError) -> WALDivergence? {
    try resume()
    let instance = context.instance
    let facts = context.observer.observe(expected: nil, until: context.deadline.earlier(.seconds(30)))
    if facts.answer != nil, facts.answer?.standby == nil {
      throw RejoinError("the server is a primary itself; needs an operator", hopeless: true)
    }
    let primary = try presentPrimary()
    let (own, identifier) = try asking { () throws(ConnectionError) in
      let found = try PositionObserver(instance: instance).observe(
        facts, until: context.deadline.earlier(.seconds(60)))
      return (found.position, found.systemIdentifier)
    }
    let (other, theirs) = try asking { () throws(ConnectionError) in
      let found = try primary.position(knownTo: own)
      return (found.position, found.systemIdentifier)
    }
    guard identifier == theirs else {
      throw RejoinError(
        "the data is of another cluster than that of \(primary.upstream.node) (system identifiers \(identifier), \(theirs))",
        hopeless: true)
    }
    switch own.standing(against: other) {
    case .behind, .equal: return nil
    case .ahead, .diverged: break
    }
    guard let fork = own.fork(with: other) else {
      throw RejoinError(
        "its history (\(own)) and the primary's (\(other)) have no timeline in common", hopeless: true)
    }
    var wal = AbandonedWAL(own: own, other: other, fork: fork)
    wal.node = context.cluster.node ?? "?"
    wal.pgdata = instance.pgdata
    wal.primary = primary.upstream.node
    return WALDivergence(wal: wal, segmentSize: try segmentSize())
  }

  func rewindObstacle(of divergence: WALDivergence) -> String? {
    // pg_rewind goes by the numbers alone, and would find nothing to do.
    divergence.wal.own.twin(in: divergence.wal.other).map {
      "timeline \($0) began twice, here and on \(divergence.wal.primary)"
    }
  }

  private func segmentSize() throws(RejoinError) -> UInt64 {
    try touching { () throws(HostError) in
      let directory = context.instance.path("pg_wal")
      for name in try Files.list(directory) where name.utf8.count == 24 && name.allSatisfy(\.isHexDigit) {
        return UInt64(max(0, try Files.size(of: "\(directory)/\(name)")))
      }
      throw HostError(reason: "\(directory): has no WAL")
    }
  }

  func keep(_ divergence: WALDivergence, in directory: AbandonedDirectory) throws(RejoinError) -> String {
    let instance = context.instance
    guard let user = instance.user, let bindir = instance.bindir else {
      throw RejoinError(instance.userProblem ?? "the server's programs are not installed", hopeless: true)
    }
    var wal = divergence.wal
    let names = try touching { () throws(HostError) in try Files.list(instance.path("pg_wal")) }
    wal.files = WALSegments.abandoned(names, by: wal.own, after: wal.fork, size: divergence.segmentSize)
    do throws(HostError) {
      try directory.needs(UInt64(wal.files.count) * divergence.segmentSize)
      let target = try directory.directory("wal")
      for name in wal.files {
        wal.fileBytes += try target.keep(instance.path("pg_wal/" + name), of: user, as: name)
      }
      try directory.keep(instance.path("global/pg_control"), of: user, as: "pg_control")
      let configuration = try directory.directory("configuration")
      for name in configurationFiles
      where Files.exists(instance.path(name)) && !Files.isSymbolicLink(instance.path(name)) {
        try configuration.keep(instance.path(name), of: user, as: name)
      }
      list(&wal)
      try Files.writeAtomically(
        wal.report(bindir: bindir, directory: directory.path), to: directory.file("report.txt"))
    } catch {
      throw RejoinError(error)
    }
    return wal.summary
  }

  /// The commits, up to a number that a report can hold.
  private func list(_ wal: inout AbandonedWAL) {
    let limit = 10_000
    for part in wal.own.stretches(after: wal.fork) {
      var command = context.instance.program(
        "pg_waldump",
        [
          "--path=\(context.instance.path("pg_wal"))", "--timeline=\(part.timeline)", "--start=\(part.from)",
          "--end=\(part.to)", "--rmgr=Transaction", "--limit=\(limit)",
        ])
      // A commit's line names every table whose cached description it makes void.
      command?.outputLimit = 64 << 20
      guard let result = try? command?.run(until: Deadline(after: .seconds(300))) else {
        wal.isListWhole = false
        continue
      }
      let lines = result.output.split(separator: "\n")
      if !result.succeeded || lines.count >= limit { wal.isListWhole = false }
      wal.commits += lines.compactMap { CommitRecord($0) }
    }
  }

  /// Puts this node's own configuration back into a data directory that was made from the primary's.
  func restoreConfiguration(into directory: String, _ progress: RejoinProgress) throws(RejoinError) {
    guard let kept = progress.state.kept, let user = context.instance.user else { return }
    do throws(HostError) {
      let root = try User.current
      for name in try Files.list("\(kept)/configuration") {
        _ = try Files.copy("\(kept)/configuration/\(name)", as: root, to: "\(directory)/\(name)", as: user)
      }
    } catch {
      throw RejoinError(error)
    }
  }

  /// Reads what the database's user can write, as that user.
  func touching<R>(_ body: () throws(HostError) -> R) throws(RejoinError) -> R {
    do throws(HostError) {
      return try context.instance.reading(body)
    } catch {
      throw RejoinError(error)
    }
  }
}
