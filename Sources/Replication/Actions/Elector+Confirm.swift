internal import Host
package import OCF
internal import Replication

extension Elector {
  /// At promote, the second line: every notification has ended by now, so every position is there.
  package func confirm() throws(OCFError) {
    guard let tools = context.cluster.tools, let node = tools.node, let lists = context.invocation.lists
    else {
      return
    }
    let voters = lists.activeAtPromotion.filter { $0 != node }
    if voters.isEmpty, durability.policy == .async { return }
    let values: [String: String]
    var own: History?
    do throws(CommandError) {
      values = try tools.attributeOfEveryNode(context.voteAttribute) { own = try? ownHistory() }
    } catch {
      throw OCFError(
        .genericError, "\(object): promotion refused: the others' positions cannot be read: \(error.reason)")
    }
    var ballots: [Ballot<History>] = []
    var heard: [String: Vote<History>] = [:]
    for voter in voters {
      let vote = Vote<History>(values[voter])
      heard[voter] = vote
      if let vote { warn(of: vote, voter) }
      if vote?.isVeto ?? false {
        refuse(for: [voter])
        throw OCFError(.genericError, "\(object): promotion refused: \(voter) is a primary")
      }
      ballots.append(ballot(voter, vote))
    }
    if let late = late(heard, node: node, own).first {
      let reason = "\(late) may have more \(substance), and its server is not started yet"
      refuse(reason, needs: "every other node to answer, or \(late) to be started")
      throw OCFError(.genericError, "\(object): promotion refused: \(reason)")
    }
    ballots.append(Ballot(node: node, position: own))
    ballots = count(ballots, for: node)
    let promised = (try? promise()) ?? nil
    var result = elect(candidate: node, among: ballots, promised: promised)
    if case .yield(let better) = result {
      if staysCandidate(tools, better, ballots) {
        // The better one may not be promoted, and was not heard before. What it has parts this one from the others perhaps.
        try confirmPromise(ballots, asMuchAs: better)
        let ending = catchUp(with: better, ballots)
        ballots.removeLast()
        ballots.append(Ballot(node: node, position: try? ownHistory()))
        result = elect(candidate: node, among: ballots, promised: promised)
        if case .yield(let better) = result {
          var why = "it takes too long"
          if case .impossible(let reason) = ending { why = reason }
          refuse(instead: better, why, ballots)
        }
      } else {
        cancel { () throws(CommandError) in try prefer(better, to: node, tools) }
      }
    }
    switch result {
    case .promote: try confirmPromise(ballots, asMuchAs: node)
    case .promoteOver(let nodes):
      overrule(nodes, ballots)
      try confirmPromise(ballots, asMuchAs: node)
    case .unknownPosition:
      throw OCFError(.genericError, "\(object): promotion refused: its own position is unknown")
    case .yield(let better):
      throw OCFError(
        .genericError,
        "\(object): promotion refused: \(better) has more \(substance) (\(summary(ballots)))")
    case .refuse(let nodes):
      let reason =
        "\(nodes.joined(separator: " ")) and this node each have \(substance) that the other has not (\(summary(ballots)))"
      refuse(reason, needs: "one of them taken out (node standby), then rebuilt")
      throw OCFError(.genericError, "\(object): promotion refused: \(reason)")
    }
  }

  /// One that has what `best` has may be promoted. A record that cannot be read may promise anything.
  private func confirmPromise(_ ballots: [Ballot<History>], asMuchAs best: String) throws(OCFError) {
    do throws(Unknown) {
      switch try cover(ballots, by: supporters(of: best, among: ballots)) {
      case .whole: return
      case .accepted(let record):
        if best == context.cluster.node { try takeAcceptance(record, ballots) }
      case .lacking(let why):
        refuseForLoss(why, ballots)
        throw Unknown(why)
      }
    } catch {
      throw OCFError(.genericError, "\(object): promotion refused: \(error.reason)")
    }
  }
}
