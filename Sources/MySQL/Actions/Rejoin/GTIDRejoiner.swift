internal import CIB
internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// What was found when the histories were compared.
struct GTIDDivergence {
  var transactions: AbandonedTransactions
  /// What the primary has, and who it is.
  let primary: PeerServer.History
  /// Something was received that is not applied.
  let hasUnapplied: Bool
}

/// Brings a diverged instance back by a copy of the primary: with CLONE, or MariaDB's backup.
struct GTIDRejoiner: Rejoiner {
  let context: Context

  var object: String { context.instance.datadir }

  // MARK: The primary

  private func peer(_ upstream: Upstream) -> PeerServer {
    // The port is the same on every node; the server here may be down.
    let own = try? context.connect().look(until: context.deadline.earlier(.seconds(10)))
    let port = context.instance.values.integer(Declarations.port) ?? own?.port ?? 3306
    return PeerServer(context: context, upstream: upstream, port: port)
  }

  private func ask(_ peer: PeerServer) throws(ConnectionError) -> PeerServer.History {
    let deadline = context.deadline.earlier(.seconds(30))
    return try peer.connect(until: deadline).history(until: deadline)
  }

  var hasPrimary: Bool {
    guard let upstream = context.otherPrimary, let history = try? ask(peer(upstream)) else { return false }
    return !history.isReadOnly
  }

  func waitForPrimary(_ progress: RejoinProgress) throws(RejoinError) {
    while !hasPrimary {
      try progress.step("waiting for a primary")
      guard !context.deadline.isPast else { throw RejoinError("the cluster has no primary that answers") }
      pause(.seconds(1), until: context.deadline)
    }
  }

  func presentPrimary() throws(RejoinError) -> PeerServer {
    guard let upstream = context.otherPrimary else {
      throw RejoinError("the cluster has no primary on another node")
    }
    return peer(upstream)
  }

  func asking<R>(_ body: () throws(ConnectionError) -> R) throws(RejoinError) -> R {
    do throws(ConnectionError) {
      return try body()
    } catch {
      throw RejoinError(error.reason)
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

  // MARK: The local server

  func stop() throws(RejoinError) {
    do throws(OCFError) {
      let facts = context.observer.observeProcesses()
      _ = try Shutdown(context: context.with(deadline: Deadline(after: .seconds(120)))).perform(
        facts, hasFailed: false)
    } catch {
      throw RejoinError(error.reason)
    }
  }

  func resume() throws(RejoinError) {
    let facts = context.observer.observe(expected: nil, until: context.deadline.earlier(.seconds(30)))
    if facts.answer != nil { return }
    let patient = context.with(deadline: context.deadline.earlier(.seconds(3600)))
    do throws(OCFError) {
      if facts.hasProcess, try Readiness(context: patient).wait(launched: nil) { return }
      try StartAction(context: patient).launch()
    } catch {
      throw RejoinError(error.reason)
    }
  }

  func bringUp(_ progress: RejoinProgress) throws(RejoinError) {
    try resume()
    try progress.step("waiting until it replicates")
    let limit = Deadline(after: .seconds(120))
    var seen = "it does not replicate"
    while !limit.isPast {
      do throws(ConnectionError) {
        let connection = try context.connect()
        let answer = try connection.look(until: context.deadline)
        if let channel = answer.channel, channel.receiver == .running, channel.isApplying { return }
        if let failure = answer.channel?.applierFailure ?? answer.channel?.receiverFailure {
          seen = failure.description
        }
        if let upstream = context.otherPrimary {
          let ending = try ReplicaFollow(context: context, connection: connection).follow(upstream, answer)
          if case .refused(let check) = ending { seen = "\(check)" }
        }
      } catch {
        seen = error.reason
      }
      pause(.milliseconds(250), until: limit)
    }
    throw RejoinError("the server started, and does not replicate from the primary: \(seen)")
  }

  // MARK: What differs

  func divergence() throws(RejoinError) -> GTIDDivergence? {
    try resume()
    let facts = context.observer.observe(expected: nil, until: context.deadline.earlier(.seconds(30)))
    guard let answer = facts.answer else { throw RejoinError("the server does not answer") }
    if !answer.isReadOnly {
      throw RejoinError("the server accepts writes itself; needs an operator", hopeless: true)
    }
    let peer = try presentPrimary()
    let primary = try asking { () throws(ConnectionError) in try ask(peer) }
    if primary.isReadOnly { throw RejoinError("\(peer.upstream.node) accepts no writes") }
    let stray = answer.strayTransactions(since: context.run.memory.verified)
    guard
      let errant = answer.everything.errant(comparedTo: primary.executed, writtenBy: primary.identity)
        ?? stray?.subtracting(primary.executed)
    else { return nil }
    var transactions = AbandonedTransactions(errant: errant)
    transactions.node = context.cluster.node ?? "?"
    transactions.datadir = context.instance.datadir
    transactions.primary = peer.upstream.node
    return GTIDDivergence(
      transactions: transactions, primary: primary, hasUnapplied: !answer.hasAppliedAll)
  }

  // MARK: What is possible

  func means(_ progress: RejoinProgress) throws(RejoinError) -> RejoinMeans {
    try resume()
    let obstacle = try asking { () throws(ConnectionError) in
      try context.connect().cloneObstacle(context)
    }
    return RejoinMeans(
      policy: .reclone, rewindObstacle: "MySQL cannot take back what it has committed",
      cloneObstacle: obstacle, besideObstacle: try besideObstacle(),
      mayReplaceInPlace: false, hasRoomInPlace: false)
  }

  /// Why there cannot be two copies; nil if there can. What is here is about what is there.
  private func besideObstacle() throws(RejoinError) -> String? {
    let directory = context.cloneDirectory
    if Files.isMountPoint(directory.original) {
      return
        "\(directory.original) is a mount point, and cannot be renamed; needs a directory in it as datadir"
    }
    let size = directory.size ?? 0
    let needed = size + size / 10 + (256 << 20)
    let free = try directory.touching { () throws(HostError) in try Files.freeSpace(directory.parent) }
    if free >= needed { return nil }
    return
      "\(directory.parent): has \(free >> 20) MiB of space left, a copy beside the old data needs \(needed >> 20) MiB"
  }

  func rewind(_ progress: RejoinProgress) throws(RejoinError) {
    throw RejoinError("MySQL cannot take back what it has committed", hopeless: true)
  }

  // MARK: Afterwards

  var holdsCopy: Bool { Files.exists("\(context.instance.datadir)/\(CloneDirectory.mark)") }

  func tidy() { context.cloneDirectory.tidy() }
}

extension Connection {
  /// Why the data of this node's server cannot be replaced by a copy; nil if it can.
  func cloneObstacle(_ context: Context) throws(ConnectionError) -> String? {
    let row = try query(Dialect.cloneMeans(version), until: context.deadline).first ?? [:]
    if let obstacle = MySQLFacts.cloneObstacle(row, version) { return obstacle }
    return version.family == .mariadb ? BackupPrograms(instance: context.instance).obstacle : nil
  }
}
