internal import CIB
internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import Replication

/// Before a promotion: every node tells how far its WAL reaches, and the candidate steps back for a better one.
struct ElectionAction {
  let context: Context

  private var attribute: String { "\(context.invocation.instance)-position" }

  /// Publishes this node's position, or that it does not vote.
  func publish(_ facts: InstanceFacts, candidate: String?) -> WALPosition? {
    guard let tools = context.cluster.tools else { return nil }
    var word = "abstains"
    var position: WALPosition?
    if let abstention = abstention(facts, candidate: candidate) {
      context.log(.info, "does not vote: \(abstention)")
    } else {
      do throws(ConnectionError) {
        position = try PositionObserver(instance: context.instance).observe(facts, until: context.deadline)
          .position
      } catch {
        context.log(.warning, "does not vote: its position is unknown: \(error.reason)")
      }
    }
    if let position { word = position.description }
    do throws(CommandError) {
      try tools.setAttribute(attribute, "\(word) \(secondsSinceEpoch())", isPrivate: true)
    } catch {
      context.log(.warning, "the position could not be told: \(error.reason)")
    }
    return position
  }

  /// This node is a primary already: a second one must not be made.
  func veto() {
    guard let tools = context.cluster.tools else { return }
    context.log(.error, "is a primary; the promotion of another node is refused")
    do throws(CommandError) {
      try tools.setAttribute(attribute, "\(Vote.vetoWord) \(secondsSinceEpoch())", isPrivate: true)
    } catch {
      context.log(.warning, "the veto could not be told: \(error.reason)")
    }
  }

  /// Why this node's WAL does not count, or nil if it does.
  private func abstention(_ facts: InstanceFacts, candidate: String?) -> String? {
    guard facts.answer?.standby != nil || facts.answer != nil else { return "the server does not answer" }
    if candidate == context.cluster.node { return nil }
    if let kind = HeldMarker(instance: context.invocation.instance).kind { return kind.rawValue }
    if context.run.memory.failedAsPrimary, context.instance.crashPolicy == .failover {
      return "it is the primary that crashed, and on_crash is failover"
    }
    return nil
  }

  /// In the pre-promote notification of the candidate: hears the others, and if one of them is better moves the scores
  /// and waits until they can be read back. The transition is then computed anew, without a failed action.
  func conduct(_ own: WALPosition?, lists: TransitionLists) {
    guard let tools = context.cluster.tools, let node = tools.node else { return }
    let voters = lists.activeAtPromotion.filter { $0 != node }
    let ballots = collect(voters, own: own, node: node, tools)
    switch elect(candidate: node, among: ballots) {
    case .promote: context.log(.info, "may be promoted: \(summary(ballots))")
    case .unknownPosition:
      context.log(.warning, "its own position is unknown: promote will decide")
    case .refuse(let nodes):
      let reason =
        "\(nodes.joined(separator: " ")) and this node each have WAL that the other has not: \(summary(ballots))"
      context.log(
        .error, "promotion refused: \(reason); needs one of them taken out (node standby), then rebuilt")
      remember(refusal: reason)
      cancel { () throws(CommandError) in try move(tools, own: .minusInfinity, other: nil) }
    case .yield(let better) where haveScoresMoved(tools, better):
      catchUp(with: better, ballots)
    case .yield(let better):
      context.log(.info, "\(better) has more WAL, and is promoted instead: \(summary(ballots))")
      cancel { () throws(CommandError) in
        try move(tools, own: PromotionScore(ScoreLevel.outvoted), other: better)
      }
    }
  }

  /// This candidate stepped back for `better` before, and is the candidate again: the cluster may not promote the other
  /// (a location constraint, a priority, too many failures).
  private func haveScoresMoved(_ tools: ClusterTools, _ better: String) -> Bool {
    guard let own = try? tools.promotionScore(), let other = try? tools.promotionScore(of: better) else {
      return false
    }
    return own == PromotionScore(ScoreLevel.outvoted) && other == PromotionScore(ScoreLevel.elected)
  }

  /// Streams from the better standby what this one lacks. If time runs out, promote refuses.
  private func catchUp(with better: String, _ ballots: [Ballot<WALPosition>]) {
    guard let goal = ballots.first(where: { $0.node == better })?.position,
      let state = context.cluster.state()
    else { return }
    let upstream = state.upstream(better, for: context.invocation.instance)
    context.log(
      .info, "\(better) has more WAL but cannot be promoted: catches up from it: \(summary(ballots))")
    let facts = context.observer.observe(expected: nil, asksControl: false, until: context.deadline)
    do throws(ConnectionError) {
      try context.follow(upstream, facts)
      let observer = PositionObserver(instance: context.instance)
      while !context.deadline.isPast {
        let own = try observer.observe(facts, until: context.deadline).position
        if own.standing(against: goal) != .behind {
          context.log(.info, "caught up with \(better): \(own.short)")
          return
        }
        pause(.milliseconds(50), until: context.deadline)
      }
      context.log(.warning, "did not catch up with \(better) in time")
    } catch {
      context.log(.warning, "cannot catch up from \(better): \(error.reason)")
    }
  }

  /// At promote, the second line: every notification has ended by now, so every position is there.
  func confirm(_ facts: InstanceFacts) throws(OCFError) {
    guard let tools = context.cluster.tools, let node = tools.node, let lists = context.invocation.lists
    else {
      return
    }
    let pgdata = context.instance.pgdata
    let voters = lists.activeAtPromotion.filter { $0 != node }
    if voters.isEmpty { return }
    let values: [String: String]
    do throws(CommandError) {
      values = try tools.attributeOfEveryNode(attribute)
    } catch {
      throw OCFError(
        .genericError, "\(pgdata): promotion refused: the others' positions cannot be read: \(error.reason)")
    }
    var ballots: [Ballot<WALPosition>] = []
    for voter in voters {
      let vote = fresh(values[voter], since: secondsSinceEpoch() - 60)
      if vote?.isVeto ?? false {
        throw OCFError(.genericError, "\(pgdata): promotion refused: \(voter) is a primary")
      }
      ballots.append(Ballot(node: voter, position: vote?.position))
    }
    let own = (try? PositionObserver(instance: context.instance).observe(facts, until: context.deadline))?
      .position
    ballots.append(Ballot(node: node, position: own))
    switch elect(candidate: node, among: ballots) {
    case .promote: return
    case .unknownPosition:
      throw OCFError(.genericError, "\(pgdata): promotion refused: its own position is unknown")
    case .yield(let better):
      throw OCFError(
        .genericError,
        "\(pgdata): promotion refused: \(better) has more WAL (\(summary(ballots)))")
    case .refuse(let nodes):
      throw OCFError(
        .genericError,
        "\(pgdata): promotion refused: \(nodes.joined(separator: " ")) and this node each have WAL that the other has not (\(summary(ballots)))"
      )
    }
  }

  private func collect(
    _ voters: [String], own: WALPosition?, node: String, _ tools: ClusterTools
  ) -> [Ballot<WALPosition>] {
    let limit = context.instance.values.duration(Declarations.electionTimeout) ?? .seconds(5)
    let deadline = context.deadline.earlier(limit)
    // A vote of the election before must not be taken for one of this; clocks may differ by two seconds. A vote that
    // comes later, or from a clock that differs more, is heard at promote.
    let begun = secondsSinceEpoch() - 2
    var heard: [String: Vote] = [:]
    while true {
      let values = (try? tools.attributeOfEveryNode(attribute)) ?? [:]
      for voter in voters { if let vote = fresh(values[voter], since: begun) { heard[voter] = vote } }
      let silent = voters.filter { heard[$0] == nil }
      if silent.isEmpty { break }
      if deadline.isPast {
        context.log(
          .warning,
          "waited \(limit.brief) for the position of \(silent.joined(separator: " ")); promote will look again"
        )
        break
      }
      pause(.milliseconds(20), until: deadline)
    }
    return [Ballot(node: node, position: own)]
      + voters.map { Ballot(node: $0, position: heard[$0]?.position) }
  }

  private struct Vote {
    static let vetoWord = "primary"
    let position: WALPosition?
    let isVeto: Bool
  }

  /// A vote as old as its stamp says, if that is not before `since` nor far in the future.
  private func fresh(_ value: String?, since: Int64) -> Vote? {
    let parts = (value ?? "").split(separator: " ")
    guard parts.count == 2, let stamp = Int64(parts[1]), stamp >= since, stamp <= secondsSinceEpoch() + 60
    else { return nil }
    return Vote(position: WALPosition(String(parts[0])), isVeto: parts[0] == Vote.vetoWord)
  }

  private func summary(_ ballots: [Ballot<WALPosition>]) -> String {
    ballots.map { "\($0.node) \($0.position?.short ?? "silent")" }.joined(separator: ", ")
  }

  /// The monitor shows it, and does not make this node a candidate again at once: the cluster would try twice a second.
  private func remember(refusal: String) {
    var memory = context.run.memory
    memory["refusal"] = refusal.filter { !$0.isNewline }
    memory["refusal-since"] = String(secondsSinceBoot())
    context.save(memory)
  }

  private func cancel(_ body: () throws(CommandError) -> Void) {
    do throws(CommandError) {
      try body()
    } catch {
      context.log(.warning, "the scores could not be moved: \(error.reason); promote will refuse")
    }
  }

  /// Sets the scores and waits until the CIB shows them: then the transition is known to be void.
  private func move(_ tools: ClusterTools, own: PromotionScore, other: String?) throws(CommandError) {
    try tools.setPromotionScore(own)
    var memory = context.run.memory
    memory.notePublished("score", own.description)
    context.save(memory)
    let elected = PromotionScore(ScoreLevel.elected)
    if let other { try tools.setPromotionScore(elected, of: other) }
    let deadline = context.deadline.earlier(.seconds(5))
    while !deadline.isPast {
      let isSet = try tools.promotionScore() == own
      let isOtherSet = try other.map { node throws(CommandError) in
        try tools.promotionScore(of: node) == elected
      }
      if isSet, isOtherSet ?? true { return }
      pause(.milliseconds(10), until: deadline)
    }
  }
}
