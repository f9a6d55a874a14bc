import MySQLFacts
import Replication
import Testing

/// Answers of servers that have applied three transactions and received a fourth, or not.
enum Answers {
  static let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

  static func set(_ text: String) -> GTIDSet {
    guard let set = GTIDSet(text) else { fatalError("no GTID set: \(text)") }
    return set
  }

  /// A server without channels and without obstacles.
  static func server(isReadOnly: Bool) -> ServerAnswer {
    guard let uuid = SourceUUID(uuid) else { fatalError("no UUID: \(uuid)") }
    return ServerAnswer(
      version: ServerVersion(.mysql, 8, 4, 0), isReadOnly: isReadOnly, identity: .mysql(uuid),
      executed: .mysql(set("\(uuid.description):1-3")))
  }

  /// A channel on which everything was received by GTID.
  static func channel(
    _ receiver: ReplicaChannel.Receiver = .running, isApplying: Bool = true, receiverError: Int? = nil,
    applierError: Int? = nil, isDrained: Bool = true
  ) -> ReplicaChannel {
    var channel = ReplicaChannel()
    channel.isByGTID = true
    channel.receiver = receiver
    channel.isApplying = isApplying
    channel.lag = isApplying ? .zero : nil
    channel.receiverFailure = receiverError.map { .init(number: $0, message: "the source says no") }
    channel.applierFailure = applierError.map { .init(number: $0, message: "a row is there already") }
    channel.received = .mysql(set("\(uuid):1-\(isDrained ? 3 : 4)"))
    return channel
  }

  static func replica(_ channel: ReplicaChannel = channel(), isReadOnly: Bool = true) -> ServerAnswer {
    var answer = server(isReadOnly: isReadOnly)
    answer.channels = [channel]
    return answer
  }

  /// Makes an answer have an obstacle; false where it cannot have it.
  static func add(_ obstacle: ServerAnswer.Obstacle, to answer: inout ServerAnswer) -> Bool {
    switch obstacle {
    case .noBinaryLog: answer.hasBinaryLog = false
    case .noGTID: answer.hasGTIDs = false
    case .noReplicaUpdates: answer.logsUpdates = false
    case .manySources:
      guard !answer.channels.isEmpty else { return false }
      answer.channels.append(channel())
    case .filtered, .delayed, .namedChannel:
      guard var first = answer.channels.first else { return false }
      switch obstacle {
      case .filtered: first.isFiltered = true
      case .delayed: first.delay = .seconds(3600)
      default:
        answer.version = ServerVersion(.mariadb, 10, 11, 0)
        first.name = "nightly"
      }
      answer.channels[0] = first
    }
    return true
  }
}
