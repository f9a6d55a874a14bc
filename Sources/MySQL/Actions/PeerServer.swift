internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// The server of another node, as replicas see it.
struct PeerServer {
  let context: Context
  let upstream: Upstream
  /// The port, the same on every node.
  let port: Int

  /// What a peer has, and who it is.
  struct History {
    let identity: ServerAnswer.Identity
    let executed: GTIDPosition
    let isReadOnly: Bool
  }

  /// The replication account.
  private func account() throws(ConnectionError) -> Account {
    let credentials = Credentials(context.instance)
    guard let account = credentials.replication else {
      throw .unreachable(
        credentials.problem?.reason ?? "no replication account: needs group [replication] in credentials_file"
      )
    }
    return account
  }

  /// Connects with the replication account.
  /// - Parameter limit: how long one statement may take; nil for `query_timeout`.
  func connect(within limit: Duration? = nil, until deadline: Deadline) throws(ConnectionError) -> Connection
  {
    let account = try account()
    let values = context.instance.values
    return try Connection(
      .tcp(
        host: upstream.address, port: port, ca: values.text(Declarations.sslCA),
        certificate: values.text(Declarations.sslCert), key: values.text(Declarations.sslKey)),
      as: account, within: limit ?? context.instance.queryLimit, until: deadline)
  }

  /// How this node's channel should be set up to follow the peer.
  func sourceSettings() throws(ConnectionError) -> SourceSettings {
    let account = try account()
    let values = context.instance.values
    var settings = SourceSettings(
      host: upstream.address, port: port, user: account.user, password: account.password)
    settings.ca = values.text(Declarations.sslCA)
    settings.certificate = values.text(Declarations.sslCert)
    settings.key = values.text(Declarations.sslKey)
    return settings
  }

  /// Compares what this node has with what the peer has.
  /// - Parameter mustBePrimary: a peer that accepts no writes is no primary, whatever the cluster says, and nobody has diverged
  ///   from it.
  func compare(_ own: ServerAnswer, mustBePrimary: Bool, until deadline: Deadline) -> HistoryCheck {
    do throws(ConnectionError) {
      let peer = try connect(until: deadline).history(until: deadline)
      if mustBePrimary, peer.isReadOnly { return .primaryDown("\(upstream.node): accepts no writes") }
      // Of MariaDB's domains only the last transaction is looked at, before which one of this server's own may hide.
      let stray = own.strayTransactions(since: context.run.memory.verified)
      guard
        let errant = own.everything.errant(comparedTo: peer.executed, writtenBy: peer.identity)
          ?? stray?.subtracting(peer.executed)
      else { return .follows }
      return .diverged("\(errant.short) not on the primary, \(upstream.node)")
    } catch {
      let reason = "\(upstream.node): \(error.reason)"
      return error.saysServerIsDown ? .primaryDown(reason) : .primaryUnreachable(reason)
    }
  }
}

extension Connection {
  /// What the server has executed.
  func history(until deadline: Deadline) throws(ConnectionError) -> PeerServer.History {
    guard let row = try query(Dialect(version).history, until: deadline).first,
      let history = ServerAnswer.history(row, version.family)
    else { throw .unreachable("its history cannot be read") }
    return PeerServer.History(
      identity: history.identity, executed: history.executed,
      isReadOnly: !["0", "OFF"].contains(row["read_only"] ?? "OFF"))
  }
}
