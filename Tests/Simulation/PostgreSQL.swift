import OCF
import PostgreSQLFacts
import PostgreSQLRules
import Replication

enum PostgreSQL: Database {
  static func history(of node: Node, _ cluster: Cluster) -> WALPosition {
    history(of: node, knowing: node.log.timeline, cluster)
  }

  /// - Parameter known: of which timelines besides is asked how they began.
  private static func history(of node: Node, knowing known: UInt32, _ cluster: Cluster) -> WALPosition {
    var ancestry: [Fork] = []
    var timeline: UInt32 = 1
    for (index, entry) in node.log.entries.enumerated() where entry.timeline != timeline {
      if let left = Timeline(timeline) { ancestry.append(Fork(timeline: left, at: place(index))) }
      timeline = entry.timeline
    }
    guard let now = Timeline(timeline) else { fatalError("timeline \(timeline)") }
    var beginnings: [Timeline: WALBeginning] = [:]
    for number in cluster.mutation == .timelineNumbersAreTrusted ? [] : [timeline, known] {
      guard let timeline = Timeline(number), number > 1,
        let first = node.log.entries.first(where: { $0.timeline == number })
      else { continue }
      let digits = String(first.number, radix: 16)
      beginnings[timeline] = WALBeginning(String(repeating: "0", count: 8 - digits.count) + digits)
    }
    return WALPosition(
      timeline: now, lsn: place(node.log.entries.count), ancestry: ancestry, beginnings: beginnings)
  }

  static func monitor(_ node: Node, _ cluster: Cluster) -> ExitCode {
    monitorRules.decide(facts(node, cluster)).verdict
  }

  static func starts(_ node: Node, _ cluster: Cluster) -> Bool {
    startRules.decide(facts(node, cluster)).verdict == .launch
  }

  static func promotes(_ node: Node, _ cluster: Cluster) -> Bool {
    promoteRules.decide(facts(node, cluster)).verdict == .promote
  }

  static func isStray(_ node: Node, _ cluster: Cluster) -> Bool { false }

  static func compare(_ node: Node, with primary: Node, _ cluster: Cluster) -> HistoryCheck {
    let theirs = history(of: primary, knowing: node.log.timeline, cluster)
    return switch history(of: node, cluster).standing(against: theirs) {
    case .behind, .equal: .follows
    case .ahead, .diverged: .diverged("")
    }
  }

  static func health(_ node: Node, _ seen: Seen, _ cluster: Cluster) -> Health {
    var health = HealthFacts(code: seen.code, answer: facts(node, cluster).answer)
    health.primary = seen.primary
    health.history = seen.history
    health.isDisconnectedTooLong = seen.isDisconnectedTooLong
    health.isLeftBehind = node.held == .leftBehind
    health.isPromised = node.configuration.record != nil
    health.isElectionStuck = node.refusal == .stuck
    health.isLossPossible = node.refusal == .loss
    health.isStalled = seen.isStalled
    return healthRules.decide(health).verdict
  }

  /// The simulation's commits are this long.
  private static func place(_ index: Int) -> LSN { LSN(0x100_0000 + UInt64(index) * 0x100) }

  private static func facts(_ node: Node, _ cluster: Cluster) -> InstanceFacts {
    var facts = InstanceFacts(
      dataDirectory: .present(version: "15"), postmaster: .absent, connection: .notTried)
    facts.expected = node.believed
    // A crash leaves its state as it was.
    facts.control =
      node.server == .primary || node.server == .down && node.hasFailedAsPrimary ? production : recovery
    guard node.server != .down else { return facts }
    facts.pidFile = ready
    facts.postmaster = node.isFrozen ? .frozen(pid: 1) : .running(pid: 1)
    if node.isFrozen {
      facts.connection = .noAnswer(.seconds(5))
    } else {
      switch node.login {
      case .refused: facts.connection = .refused(state: "28P01", message: "password")
      case .full: facts.connection = .full("too many clients")
      case .works: facts.connection = .answered(answer(node, cluster))
      }
    }
    return facts
  }

  private static func answer(_ node: Node, _ cluster: Cluster) -> ServerAnswer {
    guard node.server == .standby else { return ServerAnswer(standby: nil) }
    var standby = ServerAnswer.Standby()
    standby.received = place(node.log.entries.count)
    standby.replayed = standby.received
    if cluster.isReceiving(node), let source = node.upstream {
      standby.receiverStatus = "streaming"
      standby.sendersEnd = place(cluster[source].log.entries.count)
    }
    return ServerAnswer(standby: standby)
  }

  private static let ready = PostmasterPidFile("1\n/d\n1\n5432\n/s\n*\n1 1\nready\n")
  private static let production = control("in production")
  private static let recovery = control("in archive recovery")

  private static func control(_ state: String) -> ControlData? {
    ControlData(
      """
      Database cluster state: \(state)
      Database system identifier: 1
      Latest checkpoint location: 0/1000000
      Latest checkpoint's REDO location: 0/1000000
      Latest checkpoint's TimeLineID: 1
      """)
  }
}
