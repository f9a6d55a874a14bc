import MySQLFacts
import MySQLRules
import OCF
import Replication

/// Either family; they differ in how transactions are named.
protocol MySQLFamily: Database where History == GTIDPosition {
  static var version: ServerVersion { get }
  static func position(_ entries: some Sequence<Entry>) -> GTIDPosition
  static func identity(_ node: Node) -> ServerAnswer.Identity
}

enum MySQL: MySQLFamily {
  static let version = ServerVersion(.mysql, 9, 7, 0)

  static func position(_ entries: some Sequence<Entry>) -> GTIDPosition {
    var ranges: [UInt32: [(first: UInt64, last: UInt64)]] = [:]
    for entry in entries {
      var known = ranges[entry.writer] ?? []
      if let last = known.popLast(), last.last + 1 == entry.sequence {
        known.append((last.first, entry.sequence))
      } else {
        known = (ranges[entry.writer] ?? []) + [(entry.sequence, entry.sequence)]
      }
      ranges[entry.writer] = known
    }
    let text = ranges.map { writer, ranges in
      uuid(writer).description + ranges.map { ":\($0.first)-\($0.last)" }.joined()
    }
    guard let set = GTIDSet(text.joined(separator: ",")) else { fatalError("\(text)") }
    return .mysql(set)
  }

  static func identity(_ node: Node) -> ServerAnswer.Identity { .mysql(uuid(node.identity)) }

  private static func uuid(_ writer: UInt32) -> SourceUUID { SourceUUID(bits: UInt128(writer)) }
}

enum MariaDB: MySQLFamily {
  static let version = ServerVersion(.mariadb, 10, 11, 0)

  static func position(_ entries: some Sequence<Entry>) -> GTIDPosition {
    // As gtid_binlog_state: the last of each server.
    var last: [UInt32: UInt64] = [:]
    for entry in entries { last[entry.writer] = entry.sequence }
    return .mariadb(
      MariaDBHistory(last.map { MariaDBGTID(domain: 0, server: $0.key, sequence: $0.value) }))
  }

  static func identity(_ node: Node) -> ServerAnswer.Identity { .mariadb(node.identity) }
}

extension MySQLFamily {
  static func history(of node: Node, _ cluster: Cluster) -> GTIDPosition { position(node.log.entries) }

  static func monitor(_ node: Node, _ cluster: Cluster) -> ExitCode {
    monitorRules.decide(facts(node, cluster)).verdict
  }

  static func starts(_ node: Node, _ cluster: Cluster) -> Bool {
    startRules.decide(facts(node, cluster)).verdict == .launch
  }

  static func promotes(_ node: Node, _ cluster: Cluster) -> Bool {
    promoteRules.decide(facts(node, cluster)).verdict == .promote
  }

  static func isStray(_ node: Node, _ cluster: Cluster) -> Bool {
    facts(node, cluster).strayTransactions != nil
  }

  static func compare(_ node: Node, with primary: Node, _ cluster: Cluster) -> HistoryCheck {
    let facts = facts(node, cluster)
    guard let answer = facts.answer else { return .notCompared }
    let theirs = position(primary.log.entries.prefix(primary.applied))
    let errant =
      answer.everything.errant(comparedTo: theirs, writtenBy: identity(primary))
      ?? facts.strayTransactions?.subtracting(theirs)
    return errant.map { .diverged($0.short) } ?? .follows
  }

  static func health(_ node: Node, _ seen: Seen, _ cluster: Cluster) -> Health {
    var health = HealthFacts(code: seen.code, answer: facts(node, cluster).answer)
    health.primary = seen.primary
    health.history = seen.history
    health.isDisconnectedTooLong = seen.isDisconnectedTooLong
    health.isLeftBehind = node.held == .leftBehind
    health.isUnverified = seen.isUnverified
    health.isPromised = node.configuration.record != nil
    health.isElectionStuck = node.refusal == .stuck
    health.isLossPossible = node.refusal == .loss
    health.isStalled = seen.isStalled
    return healthRules.decide(health).verdict
  }

  private static func facts(_ node: Node, _ cluster: Cluster) -> InstanceFacts {
    var facts = InstanceFacts(dataDirectory: .present, process: .absent, connection: .notTried)
    facts.expected = node.believed
    facts.remembered = node.believed
    facts.isOurs = true
    guard node.server != .down else { return facts }
    facts.process = node.isFrozen ? .frozen(pid: 1) : .running(pid: 1)
    facts.hasPidFile = true
    if node.isFrozen {
      facts.connection = .noAnswer(.seconds(5))
    } else {
      switch node.login {
      case .refused: facts.connection = .refused(number: 1045, message: "Access denied")
      case .full: facts.connection = .full("Too many connections")
      case .works: facts.connection = .answered(answer(node, cluster))
      }
    }
    facts.verified = node.verified.map { count in
      position(node.log.entries.filter { $0.writer == node.identity }.prefix(count))
    }
    return facts
  }

  private static func answer(_ node: Node, _ cluster: Cluster) -> ServerAnswer {
    var answer = ServerAnswer(
      version: version, isReadOnly: node.server == .standby, identity: identity(node),
      executed: position(node.log.entries.prefix(node.applied)))
    guard node.server == .standby else { return answer }
    var channel = ReplicaChannel()
    channel.isByGTID = true
    channel.received = position(node.log.entries.filter { $0.writer != node.identity })
    channel.receiver = cluster.isReceiving(node) ? .running : .stopped
    channel.isApplying = !node.isApplierBroken
    channel.hasReadAll = node.applied == node.log.entries.count
    if node.isApplierBroken { channel.applierFailure = .init(number: 1062, message: "duplicate") }
    answer.channels = [channel]
    return answer
  }
}
