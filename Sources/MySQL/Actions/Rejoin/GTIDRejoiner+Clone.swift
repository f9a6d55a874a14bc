internal import Host
internal import MySQLFacts
internal import ReplicationActions

/// What of a data directory is the node's own. Not auto.cnf: a server that is made from a copy must not go on numbering its
/// transactions where the old one had ended.
private func isOwn(_ name: String) -> Bool { name == "mysqld-auto.cnf" || name.hasSuffix(".pem") }

extension GTIDRejoiner {
  func clone(inPlace: Bool, _ progress: RejoinProgress) throws(RejoinError) {
    let peer = try presentPrimary()
    let directory = context.cloneDirectory
    try progress.step("making room")
    try directory.create()
    if try family == .mariadb {
      try copyMariaDB(peer, to: directory, progress)
    } else {
      try progress.step("CLONE")
      try asking { () throws(ConnectionError) in try copy(peer, to: directory, progress) }
    }
    try keepOwnFiles(directory)
    try exchange(directory, progress)
  }

  /// Of the server here, which runs until the copy is whole.
  private var family: ServerVersion.Family {
    get throws(RejoinError) {
      try asking { () throws(ConnectionError) in try context.connect().version.family }
    }
  }

  private func copy(_ peer: PeerServer, to directory: CloneDirectory, _ progress: RejoinProgress)
    throws(ConnectionError)
  {
    let donor = try peer.sourceSettings()
    let whole = directory.size ?? 0
    let connection = try context.connect(within: .seconds(30 * 86_400))
    let dialect = Dialect(connection.version)
    try connection.query(dialect.stopReplication, until: context.deadline)
    for statement in dialect.prepareClone(from: donor) {
      try connection.query(statement, until: context.deadline)
    }
    try connection.query(
      dialect.clone(from: donor, to: directory.copy), until: context.deadline, every: .seconds(5)
    ) {
      guard whole > 0, let size = directory.copySize else { return }
      progress.show(percent: min(99, Int(size * 100 / whole)))
    }
  }

  private func keepOwnFiles(_ directory: CloneDirectory) throws(RejoinError) {
    guard let user = context.instance.user else { throw RejoinError("no user to become") }
    let names = try touching { () throws(HostError) in try Files.list(directory.original) }
    do throws(HostError) {
      for name in names where isOwn(name) {
        let target = "\(directory.copy)/\(name)"
        try context.instance.reading { () throws(HostError) in try Files.remove(target) }
        _ = try Files.copy("\(directory.original)/\(name)", as: user, to: target, as: user)
      }
      try context.instance.reading { () throws(HostError) in
        try Files.create("\(directory.copy)/\(CloneDirectory.mark)")
      }
    } catch {
      throw RejoinError(error)
    }
  }
}
