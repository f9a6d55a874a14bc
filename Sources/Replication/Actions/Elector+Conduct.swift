internal import CIB
internal import Host
package import OCF
internal import Replication

extension Elector {
  /// In the pre-promote notification of the candidate: hears the others, and if one of them is better moves the scores
  /// and waits until they can be read back. The transition is then computed anew, without a failed action.
  /// - Parameter told: what stood by then; it decides only when it has heard every node, or has waited.
  package func conduct(_ own: History?, lists: TransitionLists, told: [String: String]?) {
    guard let tools = context.cluster.tools, let node = tools.node else { return }
    let voters = lists.activeAtPromotion.filter { $0 != node }
    let (ballots, silent, primaries) = collect(voters, own: own, node: node, told: told, tools)
    if !primaries.isEmpty { return refuse(for: primaries) }
    // Whoever is best of these. Who has not been heard yet may be heard at promote.
    let answered = Set(ballots.filter { $0.position != nil }.map(\.node))
    if silent.isEmpty, case .lacking(let why)? = try? cover(ballots, by: answered) {
      return refuseForLoss(why, ballots)
    }
    switch elect(candidate: node, among: ballots, promised: (try? promise()) ?? nil) {
    case .promote: context.log(.info, "may be promoted: \(summary(ballots))")
    case .promoteOver(let nodes): overrule(nodes, ballots)
    case .unknownPosition:
      context.log(.warning, "its own position is unknown: promote will decide")
    case .refuse(let nodes):
      refuse(
        "\(nodes.joined(separator: " ")) and this node each have \(substance) that the other has not: \(summary(ballots))",
        needs: "one of them taken out (node standby), then rebuilt")
    case .yield(let better) where isPremature(better, ballots, silent):
      context.log(
        .info,
        "\(better) has more \(substance), which counts unless every other node is heard: promote will decide: \(summary(ballots))"
      )
    case .yield(let better) where staysCandidate(tools, better, ballots):
      // What it gets that way it keeps, whether it is promoted or not, and it may part it from the others.
      guard case .whole? = try? cover(ballots, by: supporters(of: better, among: ballots)) else {
        return context.log(.info, "\(better) has more \(substance); promote will decide: \(summary(ballots))")
      }
      if case .impossible(let why) = catchUp(with: better, ballots) { refuse(instead: better, why, ballots) }
    case .yield(let better):
      context.log(.info, "\(better) has more \(substance), and is promoted instead: \(summary(ballots))")
      cancel { () throws(CommandError) in
        try prefer(better, to: node, tools)
      }
    }
  }

  /// In the pre-promote notification of the others: one that finds itself ahead of the candidate says so. On a busy machine
  /// Pacemaker notifies one node after the other, and the candidate may have decided before this one could be heard.
  package func protest(against candidate: String, own: History?) {
    // Read after its own was told: one of the two sees the other.
    guard let tools = context.cluster.tools, let node = tools.node, let own,
      let value = (try? tools.attributeOfEveryNode(context.voteAttribute))?[candidate],
      let theirs = Vote<History>(value)?.position,
      own.standing(against: theirs) == .ahead, !haveScoresMoved(tools, node, candidate: candidate),
      !isNeverPromoted(node, tools)
    else { return }
    context.log(
      .info, "has more \(substance) than \(candidate), and is promoted instead: \(own.short), \(theirs.short)"
    )
    cancel { () throws(CommandError) in try prefer(node, to: candidate, tools) }
  }

  /// Others have a history of their own, and the promise settles it.
  func overrule(_ nodes: [String], _ ballots: [Ballot<History>]) {
    context.log(
      .warning,
      "\(nodes.joined(separator: " ")) and this node each have \(substance) that the other has not; every acknowledged commit is here, as was promised: \(summary(ballots))"
    )
  }

  /// Takes this node out of the candidates for a minute: what fails is not tried twice a second, and its server is not restarted
  /// for it.
  func refuse(_ reason: String, needs remedy: String, moving others: [String: PromotionScore] = [:]) {
    withdraw("\(reason); needs \(remedy)", Refusal(reason: reason, isForLoss: false), moving: others)
  }

  func refuse(for primaries: [String]) {
    let names = primaries.joined(separator: " ")
    refuse("\(names): is a primary already", needs: "\(names) made read-only, or promoted by the cluster")
  }

  /// What `better` has more cannot be had here: it is promoted itself, if it may be.
  func refuse(instead better: String, _ why: String, _ ballots: [Ballot<History>]) {
    guard let tools = context.cluster.tools else { return }
    let scores = isNeverPromoted(better, tools) ? [:] : [better: PromotionScore(ScoreLevel.elected)]
    refuse(
      "\(better) has more \(substance), and catching up from it is not possible: \(why): \(summary(ballots))",
      needs: "\(better) reachable and sound, or taken out (node standby)", moving: scores)
  }

  /// This node is to be promoted although `better` has more, with what that one has.
  func staysCandidate(_ tools: ClusterTools, _ better: String, _ ballots: [Ballot<History>]) -> Bool {
    // A primary that crashed is promoted last.
    isReserve(better, ballots) || haveScoresMoved(tools, better)
      || isNeverPromoted(better, tools)
  }

  /// Of a reserve more than there is counts for nothing once the silent have been heard. Pacemaker may notify them later, and does
  /// not while this one waits.
  func isPremature(_ better: String, _ ballots: [Ballot<History>], _ silent: [String]) -> Bool {
    !silent.isEmpty && isReserve(better, ballots)
  }

  private func isReserve(_ node: String, _ ballots: [Ballot<History>]) -> Bool {
    ballots.contains { $0.node == node && $0.weight == .reserve }
  }

  /// This candidate stepped back for `better` before, and is the candidate again: the cluster may not promote the other
  /// (a location constraint, a priority, too many failures).
  func haveScoresMoved(_ tools: ClusterTools, _ better: String, candidate: String? = nil) -> Bool {
    guard let own = try? tools.promotionScore(of: candidate),
      let other = try? tools.promotionScore(of: better)
    else { return false }
    return own == PromotionScore(ScoreLevel.outvoted) && other == PromotionScore(ScoreLevel.elected)
  }

  /// It said itself that it may not be: a delayed replica, say, that has received more.
  func isNeverPromoted(_ node: String, _ tools: ClusterTools) -> Bool {
    (try? tools.promotionScore(of: node)).map { $0.map { $0 < 0 } ?? false } ?? false
  }

  /// Receives from the better node what this one lacks. If time runs out, promote refuses. Where nothing comes for a while
  /// nothing will: the cluster hears of that node, but its server cannot be reached from here, say.
  func catchUp(with better: String, _ ballots: [Ballot<History>]) -> CatchUp {
    guard let goal = ballots.first(where: { $0.node == better })?.position,
      let state = context.cluster.state()
    else { return .impossible("the cluster's state cannot be read") }
    let upstream = state.upstream(better, for: context.invocation.instance)
    context.log(
      .info, "\(better) has more \(substance) but cannot be promoted: catches up from it: \(summary(ballots))"
    )
    do throws(Unknown) {
      let patience = Duration.seconds(10)
      var reached = try ownHistory()
      var stuck = context.deadline.earlier(patience)
      try receive(from: upstream)
      while !context.deadline.isPast {
        let own = try ownHistory()
        if own.standing(against: goal) != .behind {
          context.log(.info, "caught up with \(better): \(own.short)")
          return .done
        }
        if own.standing(against: reached) != .equal {
          reached = own
          stuck = context.deadline.earlier(patience)
        }
        if stuck.isPast, !context.deadline.isPast {
          throw Unknown("nothing comes from it within \(patience.brief)")
        }
        pause(.milliseconds(50), until: context.deadline)
      }
      context.log(.warning, "did not catch up with \(better) in time")
      return .late
    } catch {
      context.log(.warning, "cannot catch up from \(better): \(error.reason)")
      return .impossible(error.reason)
    }
  }

  /// In the pre-promote notification of a candidate that must not be promoted as it is: another is chosen, without a failed
  /// action, and nobody counts what this one has.
  package func stepBack(because reason: String) {
    guard let tools = context.cluster.tools, let node = tools.node else { return }
    context.log(.error, "promotion refused: \(reason)")
    tell("abstains", tools)
    cancel { () throws(CommandError) in try context.move(tools, [node: .minusInfinity]) }
  }

  /// Acknowledged commits may be lost: this node is no candidate any more.
  func refuseForLoss(_ why: String, _ ballots: [Ballot<History>]) {
    withdraw("\(why): \(summary(ballots))", Refusal(reason: why, isForLoss: true), moving: [:])
  }

  /// This node is no candidate any more, and remembers why for a minute.
  private func withdraw(_ line: String, _ refusal: Refusal, moving others: [String: PromotionScore]) {
    guard let tools = context.cluster.tools, let node = tools.node else { return }
    context.log(.error, "promotion refused: \(line)")
    remember(refusal)
    cancel { () throws(CommandError) in
      try context.move(tools, others.merging([node: .minusInfinity]) { $1 })
    }
  }

  private func remember(_ refusal: Refusal) {
    var memory = context.run.memory
    memory.note(refusal: refusal)
    context.save(memory)
  }

  func cancel(_ body: () throws(CommandError) -> Void) {
    do throws(CommandError) {
      try body()
    } catch {
      context.log(.warning, "the scores could not be moved: \(error.reason); promote will refuse")
    }
  }

  /// Makes the cluster choose `better` instead of `candidate`.
  func prefer(_ better: String, to candidate: String, _ tools: ClusterTools) throws(CommandError) {
    try context.move(
      tools,
      [candidate: PromotionScore(ScoreLevel.outvoted), better: PromotionScore(ScoreLevel.elected)])
  }
}

/// What came of catching up with another node.
enum CatchUp: Equatable {
  case done
  /// It may be done at the next attempt.
  case late
  case impossible(String)
}
