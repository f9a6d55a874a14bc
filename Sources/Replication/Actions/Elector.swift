internal import CIB
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
  /// Why what this node has counts only where not every other node is heard; nil if it does elsewhere, too.
  func reservation(candidate: String?) -> String?
  /// Why what this node has counts only where it is no other history than the candidate's; nil if it does elsewhere, too.
  func lagging(candidate: String?) -> String?
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
  /// Publishes this node's position, or that it does not vote. Returns the position if it counts, whoever else is heard, and
  /// to a candidate what the nodes had told by then.
  package func publish(candidate: String?) -> (own: History?, told: [String: String]?) {
    guard let tools = context.cluster.tools else { return (nil, nil) }
    var word = abstentionWord
    var position: History?
    let limit = limit(candidate: candidate)
    if let abstention = abstention(candidate: candidate) {
      context.log(.info, "does not vote: \(abstention)")
    } else {
      do throws(Unknown) {
        position = try ownHistory()
      } catch {
        context.log(.warning, "does not vote: its position is unknown: \(error.reason)")
      }
    }
    if let position { word = limit.weight.mark + position.description }
    if position != nil, let why = limit.why { context.log(.info, why) }
    var told: [String: String]?
    tell(word, tools) {
      guard candidate == context.cluster.node else { return }
      told = try? tools.attributeOfEveryNode(context.voteAttribute)
    }
    return (limit.weight == .full ? position : nil, told)
  }

  private func limit(candidate: String?) -> (weight: BallotWeight, why: String?) {
    if let why = reservation(candidate: candidate) {
      return (.reserve, "votes in case not every other node is heard: \(why)")
    }
    if let why = lagging(candidate: candidate) {
      return (.witness, "votes in case it has no other history than the candidate: \(why)")
    }
    return (.full, nil)
  }

  func tell(_ word: String, _ tools: ClusterTools, meanwhile: () -> Void = {}) {
    context.noteVote()
    do throws(CommandError) {
      try tools.setAttribute(
        context.voteAttribute, "\(word) \(secondsSinceEpoch())", isPrivate: true, meanwhile: meanwhile)
    } catch {
      context.log(.warning, "the position could not be told: \(error.reason)")
    }
  }

  /// This node is a primary already: a second one must not be made.
  package func veto() {
    guard let tools = context.cluster.tools else { return }
    context.log(.error, "is a primary; the promotion of another node is refused")
    tell(vetoWord, tools)
  }

  func collect(
    _ voters: [String], own: History?, node: String, told: [String: String]?, _ tools: ClusterTools
  ) -> (ballots: [Ballot<History>], silent: [String], primaries: [String]) {
    let deadline = context.deadline.earlier(electionTimeout)
    var first: [String: String]?
    var told = told
    var heard: [String: Vote<History>] = [:]
    var silent: [String] = []
    while true {
      let values = told ?? (try? tools.attributeOfEveryNode(context.voteAttribute)) ?? [:]
      told = nil
      let seen = first ?? values
      first = seen
      for voter in voters {
        guard let vote = Vote<History>(values[voter]) else { continue }
        if vote.isRecent || values[voter] != seen[voter] { heard[voter] = vote }
        // What may be of an election before is true still; but one that could not vote then may do so now.
        if deadline.isPast, heard[voter] == nil, vote.position != nil {
          warn(of: vote, voter)
          heard[voter] = vote
        }
      }
      silent = voters.filter { heard[$0] == nil }
      // Who is late votes after all if another does not.
      if silent.isEmpty { silent = late(heard, node: node, own) }
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
    let others = voters.map { ballot($0, heard[$0]) }
    return (
      count([Ballot(node: node, position: own)] + others, for: node), silent,
      voters.filter { heard[$0]?.isVeto ?? false }
    )
  }

  /// Those whose server is to be started later, unless every other node of the cluster has told its position.
  func late(_ heard: [String: Vote<History>], node: String, _ own: History?) -> [String] {
    let late = heard.filter { $0.value.isLate }.map(\.key).sorted()
    guard let one = late.first else { return [] }
    var told = Set(heard.filter { $0.value.position != nil && $0.value.weight == .full }.map(\.key))
    if own != nil { told.insert(node) }
    guard late.count == 1, let members = context.cluster.state()?.nodes.filter({ $0.kind == .member }),
      Set(members.map(\.name)).subtracting([one]).isSubset(of: told)
    else { return late }
    return []
  }

  func ballot(_ node: String, _ vote: Vote<History>?) -> Ballot<History> {
    Ballot(node: node, position: vote?.position, weight: vote?.weight ?? .full)
  }

  /// Who may have acknowledged is not known: every node of the cluster that could run an instance.
  func count(_ ballots: [Ballot<History>], for candidate: String) -> [Ballot<History>] {
    guard ballots.contains(where: { $0.weight != .full && $0.position != nil }) else { return ballots }
    var members: Set<String>?
    var promised: DurabilityRecord?
    do throws(Unknown) {
      promised = try promise()
      members = context.cluster.state().map { Set($0.nodes.filter { $0.kind == .member }.map(\.name)) }
    } catch {
      context.log(.warning, "a promise that cannot be read may need every node: \(error.reason)")
    }
    return counted(ballots, for: candidate, of: members, promised: promised)
  }

  /// Clocks that differ make a promotion wait for `election_timeout`, and an operator should know.
  func warn(of vote: Vote<History>, _ voter: String) {
    // A notification may take a minute.
    guard !(-2...60).contains(vote.age) else { return }
    let age = vote.age.magnitude
    context.log(
      .warning,
      "\(voter): told its position \(age) s \(vote.age < 0 ? "after" : "before") this node's clock, and it counts; needs clocks that agree, unless it is of an election that was given up"
    )
  }

  func summary(_ ballots: [Ballot<History>]) -> String {
    ballots.map { "\($0.node) \($0.position?.short ?? "silent")" }.joined(separator: ", ")
  }
}

extension ActionContext {
  /// Tells that this node does not vote as long as every other does.
  func tellLate(_ tools: ClusterTools) {
    noteVote()
    do throws(CommandError) {
      try tools.setAttribute(voteAttribute, "\(lateWord) \(secondsSinceEpoch())", isPrivate: true)
    } catch {
      log(.warning, "that its server is started later could not be told: \(error.reason)")
    }
  }

  /// Waits until each of the nodes has told its position in an election that goes on; false if one does not.
  func waitForVotes(of nodes: [String], _ tools: ClusterTools, until deadline: Deadline) -> Bool {
    // They tell at about the same time, and each look takes processor time from them.
    pause(.milliseconds(60), until: deadline)
    while true {
      let told = (try? tools.attributeOfEveryNode(voteAttribute)) ?? [:]
      if nodes.allSatisfy({ isPosition(told[$0]) }) { return true }
      if deadline.isPast { return false }
      pause(.milliseconds(20), until: deadline)
    }
  }

  private func isPosition(_ vote: String?) -> Bool {
    guard let word = vote?.split(separator: " ").first else { return false }
    let isLimited = BallotWeight.allCases.contains { $0 != .full && word.hasPrefix($0.mark) }
    return !isLimited && ![abstentionWord, vetoWord, lateWord].contains(String(word))
  }
}

private let abstentionWord = "abstains"
private let lateWord = "late"
let vetoWord = "primary"
extension BallotWeight {
  /// What stands before a position. An agent that does not know it hears an abstention.
  var mark: String { self == .full ? "" : "\(rawValue):" }
}

/// What another node said, see `withdrawVote`: it is true as long as it stands.
struct Vote<History: Position> {
  /// Nil if it abstains.
  let position: History?
  /// Where it counts.
  let weight: BallotWeight
  /// It is a primary already.
  let isVeto: Bool
  /// Its server is not started yet, see `LateStart`: it abstains as long as every other node votes.
  let isLate: Bool
  /// How old it is if both clocks agree, in seconds.
  let age: Int64

  /// Reads an attribute's value; nil for none.
  init?(_ value: String?) {
    let parts = (value ?? "").split(separator: " ")
    guard parts.count == 2, let stamp = Int64(parts[1]) else { return nil }
    weight = BallotWeight.allCases.first { $0 != .full && parts[0].hasPrefix($0.mark) } ?? .full
    let word = parts[0].dropFirst(weight.mark.count)
    position = History(String(word))
    isVeto = word == vetoWord
    isLate = word == lateWord
    let (difference, isHuge) = secondsSinceEpoch().subtractingReportingOverflow(stamp)
    age = isHuge ? Int64.max : difference
  }

  /// Of this election, if clocks agree within two seconds.
  var isRecent: Bool { (-2...2).contains(age) }
}
