internal import Replication

/// What a server said of itself.
public struct ServerAnswer: Sendable, Equatable {
  /// Who wrote a transaction first, in the terms of the family.
  public enum Identity: Sendable, Equatable {
    /// `server_uuid`.
    case mysql(SourceUUID)
    /// `server_id`.
    case mariadb(UInt32)
  }

  /// Something in the server's settings because of which it may never be promoted.
  public enum Obstacle: String, Sendable, CaseIterable {
    case delayed, filtered
    case namedChannel = "named-channel"
    case manySources = "multi-source"
    case noReplicaUpdates = "no-replica-updates"
    case noGTID = "no-gtid"
    case noBinaryLog = "no-binary-log"
  }

  /// What it is.
  public var version: ServerVersion
  /// Nobody but replication may write (`read_only`).
  public var isReadOnly: Bool
  /// Not even administrators may (`super_read_only`); the same as `isReadOnly` for MariaDB, which has none.
  public var isSuperReadOnly: Bool
  /// Closed to applications (`offline_mode`); false for MariaDB, which has none.
  public var isOffline = false
  /// All connections that applications may have are taken.
  public var isFull = false
  /// Who it is.
  public var identity: Identity
  /// Everything that was executed here or is known to have been when its data was copied.
  public var executed: GTIDPosition
  /// What of it came by replication; nil where that is not told apart (MySQL).
  public var replicated: GTIDPosition?
  /// The port that it listens on.
  public var port = 3306
  /// Its channels; empty for a server that follows nobody.
  public var channels: [ReplicaChannel] = []
  /// Branches of distributed transactions that were prepared and wait for their end.
  public var prepared: [String] = []
  /// Transactions have GTIDs; always true for MariaDB.
  public var hasGTIDs = true
  /// It has a binary log.
  public var hasBinaryLog = true
  /// What it applies it logs, so that others can follow it.
  public var logsUpdates = true

  /// An answer of which only this is known.
  public init(
    version: ServerVersion, isReadOnly: Bool, identity: Identity, executed: GTIDPosition
  ) {
    self.version = version
    self.isReadOnly = isReadOnly
    isSuperReadOnly = isReadOnly
    self.identity = identity
    self.executed = executed
  }

  /// Reads the row of `Dialect.look`, the rows of `Dialect.channels` and the names of prepared branches; nil if even the
  /// role or the history is missing.
  public init?(
    version: ServerVersion, look: [String: String], channels: [[String: String]], prepared: [String]
  ) {
    let dialect = Dialect(version)
    guard let readOnly = look["read_only"], let history = ServerAnswer.history(look, version.family) else {
      return nil
    }
    // MariaDB 12 knows more words than ON.
    let isReadOnly = !["0", "OFF"].contains(readOnly)
    self.init(
      version: version, isReadOnly: isReadOnly, identity: history.identity, executed: history.executed)
    isSuperReadOnly = dialect.isMariaDB ? isReadOnly : look["super_read_only"] == "1"
    isOffline = look["offline"] == "1"
    if dialect.isMariaDB {
      replicated = look["slave_pos"].flatMap { MariaDBHistory($0) }.map(GTIDPosition.mariadb)
    }
    isFull = look["full"] == "1"
    port = look["port"].flatMap { Int($0) } ?? 3306
    hasBinaryLog = look["log_bin"] == "1"
    logsUpdates = look["log_updates"] == "1"
    hasGTIDs = dialect.isMariaDB || look["gtid_mode"] == "ON"
    self.channels = channels.map { ReplicaChannel($0, dialect) }
    self.prepared = prepared
  }

  /// What is executed, if more should be: something was received a while ago, and the applier is at work.
  public var overdue: String? {
    guard let channel, channel.isApplying, obstacles.isEmpty, !hasAppliedAll,
      channel.lag ?? .zero > .seconds(30)
    else { return nil }
    return executed.description
  }

  /// Reads who a server is and what it has executed, from the row of `Dialect.look` or of `Dialect.history`.
  public static func history(_ row: [String: String], _ family: ServerVersion.Family) -> (
    identity: Identity, executed: GTIDPosition
  )? {
    switch family {
    case .mysql:
      guard let uuid = row["uuid"].flatMap({ SourceUUID($0) }),
        let set = row["executed"].flatMap({ GTIDSet($0) })
      else { return nil }
      return (.mysql(uuid), .mysql(set))
    case .mariadb:
      // A server that was made from a copy has an empty binary log: what it has then is in the other two.
      let lists = [row["binlog_state"], row["slave_pos"], row["current_pos"]].map {
        $0.flatMap { MariaDBHistory($0) }
      }
      guard let id = row["server_id"].flatMap({ UInt32($0) }), let first = lists.first ?? nil else {
        return nil
      }
      var all = first
      for list in lists.dropFirst() {
        guard let list else { return nil }
        all = all.merging(list)
      }
      return (.mariadb(id), .mariadb(all))
    }
  }

  /// The channel that the agent keeps.
  public var channel: ReplicaChannel? { channels.first }

  /// Executed, and received but not yet executed.
  public var everything: GTIDPosition {
    channels.compactMap(\.received).reduce(executed) { $0.merging($1) }
  }

  /// What counts in an election: everything; without what was written here, where that keeps what was received from being
  /// applied. No other can ever have both, and what was received somebody may have been told of.
  public var vote: GTIDPosition {
    guard let replicated, case .mariadb(let all) = everything, all.isTorn || channel?.applierFailure != nil
    else { return everything }
    return channels.compactMap(\.received).reduce(replicated) { $0.merging($1) }
  }

  /// Whether everything received was executed, so that relay logs hold nothing that is nowhere else.
  public var hasAppliedAll: Bool {
    // A MariaDB channel by position does not say what it has received.
    if let channel, version.family == .mariadb, !channel.isByGTID, !channel.hasReadAll { return false }
    return everything.isContained(in: executed)
  }

  /// What keeps it from ever being promoted, in the order in which it matters.
  public var obstacles: [Obstacle] {
    var found: [Obstacle] = []
    // MariaDB's statements without a name are for the channel without one.
    if version.family == .mariadb, channels.count == 1, channel?.name != "" { found.append(.namedChannel) }
    if !hasBinaryLog { found.append(.noBinaryLog) }
    if !hasGTIDs { found.append(.noGTID) }
    if !logsUpdates { found.append(.noReplicaUpdates) }
    if channels.count > 1 { found.append(.manySources) }
    if channels.contains(where: \.isFiltered) { found.append(.filtered) }
    if channels.contains(where: { $0.delay > .zero }) { found.append(.delayed) }
    return found
  }
}

extension GTIDPosition {
  /// What either has; of two families the first.
  public func merging(_ other: GTIDPosition) -> GTIDPosition {
    switch (self, other) {
    case (.mysql(let mine), .mysql(let theirs)): .mysql(mine.union(theirs))
    case (.mariadb(let mine), .mariadb(let theirs)): .mariadb(mine.merging(theirs))
    default: self
    }
  }

  /// What this one has that a primary has not and did not write itself; nil when that is nothing.
  public func errant(comparedTo primary: GTIDPosition, writtenBy identity: ServerAnswer.Identity)
    -> GTIDPosition?
  {
    switch (self, primary, identity) {
    case (.mysql(let mine), .mysql(let theirs), .mysql(let uuid)):
      let errant = mine.errant(comparedTo: theirs, primaryUUID: uuid)
      return errant.isEmpty ? nil : .mysql(errant)
    case (.mariadb(let mine), .mariadb(let theirs), .mariadb(let id)):
      let errant = mine.errant(comparedTo: theirs, primaryServerID: id)
      return errant.isEmpty ? nil : .mariadb(errant)
    default: return self
    }
  }
}
