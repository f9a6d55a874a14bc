internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// Makes a read-only server follow another, if it may.
struct ReplicaFollow {
  let context: Context
  let connection: Connection

  /// How it ended.
  enum Ending: Equatable {
    /// It follows, or did already.
    case follows
    /// It has what the primary has not, or the primary could not be asked: nothing was changed.
    case refused(HistoryCheck)
    /// What was received could not be applied, and would have been thrown away.
    case undrained(String)
  }

  private var dialect: Dialect { Dialect(connection.version) }

  /// Compares histories before anything is started: with auto-position a replica that has more would follow without a word
  /// (MySQL manual, "GTID Auto-Positioning").
  /// - Parameter mustBePrimary: false to catch up from a node that is not promoted.
  func follow(_ upstream: Upstream, _ answer: ServerAnswer, mustBePrimary: Bool = true)
    throws(ConnectionError) -> Ending
  {
    var answer = answer
    if let channel = answer.channel, channel.applierFailure == nil, dialect.isMariaDB {
      try RelayLogReplay(context: context, connection: connection).run(channel)
      answer = try connection.look(until: context.deadline)
    }
    let peer = PeerServer(context: context, upstream: upstream, port: port(answer))
    let check = peer.compare(answer, mustBePrimary: mustBePrimary, until: context.deadline)
    guard check == .follows else { return .refused(check) }
    let settings = try peer.sourceSettings()
    if let channel = answer.channel, settings.describe(channel), channel.receiverFailure == nil {
      if channel.receiver == .stopped || !channel.isApplying, channel.applierFailure == nil {
        try prepareToReceive(from: upstream.node)
        try connection.query(dialect.startReplication, until: context.deadline)
      }
      return .follows
    }
    if answer.channel != nil, let why = try drain() { return .undrained(why) }
    try begin(upstream, settings, hasChannel: answer.channel != nil)
    context.log(.info, "follows \(upstream.node) from now on, at \(upstream.address):\(settings.port)")
    return .follows
  }

  /// Throws relay logs away that the server cannot read, and receives again what was in them. Until it is there, this node votes
  /// with it and cannot be promoted: it may be the only one that acknowledged it, and the primary may die now.
  /// - Returns: false if the primary does not have all of it; nothing was changed.
  func receiveAnew(from peer: PeerServer, _ answer: ServerAnswer, _ memory: inout Memory)
    throws(ConnectionError) -> Bool
  {
    let primary = try peer.connect(until: context.deadline).history(until: context.deadline)
    guard !primary.isReadOnly, answer.everything.isContained(in: primary.executed) else { return false }
    let settings = try peer.sourceSettings()
    memory.owed = memory.owed.map { $0.merging(answer.everything) } ?? answer.everything
    context.save(memory)
    try begin(peer.upstream, settings, hasChannel: true)
    let received = "receives again what its relay logs held, which cannot be read"
    context.note("relay-logs", received)
    context.log(.warning, "\(context.instance.datadir): \(received), from \(peer.upstream.node)")
    return true
  }

  /// Changing the source deletes the relay logs (MySQL manual, "CHANGE REPLICATION SOURCE TO").
  private func begin(_ upstream: Upstream, _ settings: SourceSettings, hasChannel: Bool)
    throws(ConnectionError)
  {
    if hasChannel { try connection.query(dialect.stopReplication, until: context.deadline) }
    if dialect.isMariaDB {
      // A former primary's own transactions are in its binary log only; it would ask for them, and refuse them.
      try connection.query("SET GLOBAL gtid_slave_pos = @@GLOBAL.gtid_current_pos", until: context.deadline)
    }
    try prepareToReceive(from: upstream.node)
    try connection.withoutGeneralLog(until: context.deadline) { () throws(ConnectionError) in
      try connection.query(dialect.changeSource(to: settings), until: context.deadline)
    }
    try connection.query(dialect.startReplication, until: context.deadline)
  }

  /// What the replica's own switch says holds from the receiver's start on. The monitor keeps what came of it.
  private func prepareToReceive(from primary: String) throws(ConnectionError) {
    context.withdrawVote()
    var memory = context.run.memory
    _ = try SemiSyncReplica(context: context, connection: connection).settle(
      following: primary, &memory)
  }

  /// Stops receiving, and applies what was received. Returns why that was not possible; nil when relay logs hold nothing
  /// any more that is nowhere else.
  func drain() throws(ConnectionError) -> String? {
    var answer = try connection.look(until: context.deadline)
    guard let channel = answer.channel else { return nil }
    if channel.receiver != .stopped {
      // MariaDB throws its relay logs away when the applier is started while nothing runs (MariaDB, slave.cc, start_slave).
      if !channel.isApplying, channel.applierFailure == nil {
        try connection.query(dialect.startApplier, until: context.deadline)
      }
      try connection.query(dialect.stopReceiver, until: context.deadline)
    } else if !channel.isApplying, channel.applierFailure == nil, !answer.hasAppliedAll,
      !dialect.isMariaDB || !channel.isByGTID
    {
      try connection.query(dialect.startApplier, until: context.deadline)
    }
    var told = Deadline(after: .seconds(5))
    var step = Duration.milliseconds(2)
    while true {
      answer = try connection.look(until: context.deadline)
      if answer.hasAppliedAll { return nil }
      if let failure = answer.channel?.applierFailure { return "its applier stopped: \(failure.description)" }
      if let channel = answer.channel, !channel.isApplying { return "its applier is stopped" }
      if context.deadline.isPast { return "it still applies what it received" }
      if told.isPast {
        context.log(
          .info,
          "\(context.instance.datadir): applies what was received: \(answer.everything.short) from \(answer.executed.short)"
        )
        told = Deadline(after: .seconds(5))
      }
      pause(step, until: context.deadline)
      step = min(step * 2, .milliseconds(50))
    }
  }

  func port(_ answer: ServerAnswer) -> Int {
    context.instance.values.integer(Declarations.port) ?? answer.port
  }
}

extension Connection {
  /// Runs `body` without a trace in MariaDB's general log, where that is allowed: MariaDB writes passwords there, which MySQL hides.
  fileprivate func withoutGeneralLog(
    until deadline: Deadline, _ body: () throws(ConnectionError) -> Void
  ) throws(ConnectionError) {
    guard version.family == .mariadb, isAllowed("SET SESSION sql_log_off = ON", until: deadline) else {
      return try body()
    }
    defer { _ = isAllowed("SET SESSION sql_log_off = OFF", until: deadline) }
    try body()
  }

  private func isAllowed(_ statement: String, until deadline: Deadline) -> Bool {
    (try? query(statement, until: deadline)) != nil
  }
}
