internal import Host
internal import OCF
package import Replication

/// Before a promotion every node tells how far its history reaches, and the candidate steps back for a better one. What
/// a database has to add is how that is found out, and how a node catches up.
package protocol Elector {
  associatedtype Context: ActionContext
  associatedtype History: Position

  var context: Context { get }
  /// The data directory, for messages.
  var object: String { get }
  /// What a node may have more of than another, for messages: WAL, transactions.
  var substance: String { get }
  /// What the operator asks of commits.
  var durability: DurabilityWish { get }
  /// How long a silent node delays a promotion.
  var electionTimeout: Duration { get }
  /// Why what this node has does not count; nil if it does.
  func abstention(candidate: String?) -> String?
  /// How far this node's history reaches now.
  func ownHistory() throws(Unknown) -> History
  /// Makes this node receive from `upstream`, so that its history grows.
  func receive(from upstream: Upstream) throws(Unknown)
}

/// Why something could not be found out or done.
package struct Unknown: Error {
  package let reason: String

  package init(_ reason: String) { self.reason = reason }
}

extension Elector {
  var attribute: String { "\(context.invocation.instance)-position" }

  /// Publishes this node's position, or that it does not vote.
  package func publish(candidate: String?) -> History? {
    guard let tools = context.cluster.tools else { return nil }
    var word = "abstains"
    var position: History?
    if let abstention = abstention(candidate: candidate) {
      context.log(.info, "does not vote: \(abstention)")
    } else {
      do throws(Unknown) {
        position = try ownHistory()
      } catch {
        context.log(.warning, "does not vote: its position is unknown: \(error.reason)")
      }
    }
    if let position { word = position.description }
    tell(word, tools)
    return position
  }

  func tell(_ word: String, _ tools: ClusterTools) {
    do throws(CommandError) {
      try tools.setAttribute(attribute, "\(word) \(secondsSinceEpoch())", isPrivate: true)
    } catch {
      context.log(.warning, "the position could not be told: \(error.reason)")
    }
  }

  /// This node is a primary already: a second one must not be made.
  package func veto() {
    guard let tools = context.cluster.tools else { return }
    context.log(.error, "is a primary; the promotion of another node is refused")
    do throws(CommandError) {
      try tools.setAttribute(attribute, "\(vetoWord) \(secondsSinceEpoch())", isPrivate: true)
    } catch {
      context.log(.warning, "the veto could not be told: \(error.reason)")
    }
  }

  func collect(
    _ voters: [String], own: History?, node: String, _ tools: ClusterTools
  ) -> (ballots: [Ballot<History>], silent: [String]) {
    let deadline = context.deadline.earlier(electionTimeout)
    // A vote of the election before must not be taken for one of this; clocks may differ by two seconds. A vote that
    // comes later, or from a clock that differs more, is heard at promote.
    let begun = secondsSinceEpoch() - 2
    var heard: [String: Vote<History>] = [:]
    var silent: [String] = []
    while true {
      let values = (try? tools.attributeOfEveryNode(attribute)) ?? [:]
      for voter in voters { if let vote = fresh(values[voter], since: begun) { heard[voter] = vote } }
      silent = voters.filter { heard[$0] == nil }
      if silent.isEmpty { break }
      if deadline.isPast {
        context.log(
          .warning,
          "waited \(electionTimeout.brief) for the position of \(silent.joined(separator: " ")); promote will look again"
        )
        break
      }
      pause(.milliseconds(20), until: deadline)
    }
    let others = voters.map { Ballot(node: $0, position: heard[$0]?.position) }
    return ([Ballot(node: node, position: own)] + others, silent)
  }

  /// A vote as old as its stamp says, if that is not before `since` nor far in the future.
  func fresh(_ value: String?, since: Int64) -> Vote<History>? {
    let parts = (value ?? "").split(separator: " ")
    guard parts.count == 2, let stamp = Int64(parts[1]), stamp >= since, stamp <= secondsSinceEpoch() + 60
    else { return nil }
    return Vote(position: History(String(parts[0])), isVeto: parts[0] == vetoWord)
  }

  func summary(_ ballots: [Ballot<History>]) -> String {
    ballots.map { "\($0.node) \($0.position?.short ?? "silent")" }.joined(separator: ", ")
  }
}

let vetoWord = "primary"

/// What another node said.
struct Vote<History: Position> {
  /// Nil if it abstains.
  let position: History?
  /// It is a primary already.
  let isVeto: Bool
}
