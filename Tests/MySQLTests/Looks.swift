import MySQLFacts
import MySQLRules
import OCF
import Replication
import TestSupport

/// Every combination of what one look can find, as far as rules tell them apart: evidence in words is one of each.
struct Looks {
  static let directories: [InstanceFacts.DataDirectory] = [
    .present, .missing, .notMySQL, .unreadable("permission denied"),
  ]
  static let processes: [InstanceFacts.Process] = [.absent, .running(pid: 11), .frozen(pid: 11)]
  static let silences: [InstanceFacts.Connection] = [
    .notTried, .notReady("no socket"), .full("Too many connections"),
    .refused(number: 1045, message: "Access denied"), .noAnswer(.seconds(5)), .unreachable("no socket"),
  ]
  static let connections =
    silences
    + [
      Answers.server(isReadOnly: false), Answers.server(isReadOnly: true), Answers.replica(),
      Answers.replica(isReadOnly: false), Answers.replica(Answers.channel(.connecting), isReadOnly: false),
      Answers.replica(Answers.channel(.stopped), isReadOnly: false),
      Answers.replica(Answers.channel(.stopped, isApplying: false), isReadOnly: false),
    ].map { .answered($0) }
  static let roles: [InstanceRole?] = [nil, .promoted, .unpromoted]

  /// Calls `body` with each combination that the monitor tells apart, once.
  static func forEach(_ body: (InstanceFacts) -> Void) {
    for facts in places(connections) {
      for expected in roles {
        for remembered in roles {
          for policy in CrashPolicy.allCases {
            for bits in 0..<8 {
              var facts = facts
              facts.expected = expected
              facts.remembered = remembered
              facts.onCrash = policy
              facts.isOurs = bits & 1 != 0
              facts.isSilentTooLong = bits & 2 != 0
              facts.isStuck = bits & 4 != 0
              body(facts)
            }
          }
        }
      }
    }
  }

  private static func places(_ connections: [InstanceFacts.Connection]) -> [InstanceFacts] {
    directories.flatMap { directory in
      processes.flatMap { process in
        connections.map { InstanceFacts(dataDirectory: directory, process: process, connection: $0) }
      }
    }
  }

  /// The combinations that start and promote tell apart.
  static var beforeAnAction: [InstanceFacts] {
    places(silences + answers.map { .answered($0) }).flatMap { facts in
      [nil, "mysqld_safe"].flatMap { supervisor in
        [nil, "1-3", "1-3:9"].map { own in
          var facts = facts
          facts.supervisor = supervisor
          facts.verified = own.map { _ in .mysql(Answers.set("\(Answers.uuid):1-3")) }
          if let own, case .answered(var answer) = facts.connection {
            answer.executed = .mysql(Answers.set("\(Answers.uuid):\(own)"))
            facts.connection = .answered(answer)
          }
          return facts
        }
      }
    }
  }

  /// Servers in every state of their replication, each with no obstacle and with one; one with two that
  /// are neighbours.
  static var answers: [ServerAnswer] {
    var plain = [Answers.server(isReadOnly: false), Answers.server(isReadOnly: true)]
    for isReadOnly in [false, true] {
      for channel in channels { plain.append(Answers.replica(channel, isReadOnly: isReadOnly)) }
    }
    let none: [[ServerAnswer.Obstacle]] = [[]]
    let all = plain.flatMap { with(none + ServerAnswer.Obstacle.allCases.map { [$0] }, $0) }
    return all + with(zip(inOrder, inOrder.dropFirst()).map { [$0, $1] }, Answers.replica())
  }

  private static func with(_ obstacles: [[ServerAnswer.Obstacle]], _ answer: ServerAnswer) -> [ServerAnswer] {
    obstacles.compactMap { obstacles in
      var answer = answer
      return obstacles.allSatisfy { Answers.add($0, to: &answer) } ? answer : nil
    }
  }

  private static let inOrder: [ServerAnswer.Obstacle] = [
    .namedChannel, .noBinaryLog, .noGTID, .noReplicaUpdates, .manySources, .filtered, .delayed,
  ]

  static var channels: [ReplicaChannel] {
    var all: [ReplicaChannel] = []
    for receiver in ReplicaChannel.Receiver.allCases {
      for receiverError in [nil, 2003] {
        for isDrained in [true, false] {
          for (isApplying, applierError) in [(true, nil), (false, nil), (false, 1062)] as [(Bool, Int?)] {
            all.append(
              Answers.channel(
                receiver, isApplying: isApplying, receiverError: receiverError, applierError: applierError,
                isDrained: isDrained))
          }
        }
      }
    }
    return all
  }
}
