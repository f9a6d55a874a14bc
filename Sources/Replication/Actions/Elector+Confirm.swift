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
    do throws(CommandError) {
      values = try tools.attributeOfEveryNode(context.voteAttribute)
    } catch {
      throw OCFError(
        .genericError, "\(object): promotion refused: the others' positions cannot be read: \(error.reason)")
    }
    var ballots: [Ballot<History>] = []
    for voter in voters {
      let vote = Vote<History>(values[voter])
      if let vote { warn(of: vote, voter) }
      if vote?.isVeto ?? false {
        throw OCFError(.genericError, "\(object): promotion refused: \(voter) is a primary")
      }
      ballots.append(Ballot(node: voter, position: vote?.position))
    }
    ballots.append(Ballot(node: node, position: try? ownHistory()))
    var result = elect(candidate: node, among: ballots)
    if case .yield(let better) = result {
      if haveScoresMoved(tools, better) || isNeverPromoted(better, tools) {
        // The better one may not be promoted, and was not heard before.
        catchUp(with: better, ballots)
        ballots.removeLast()
        ballots.append(Ballot(node: node, position: try? ownHistory()))
        result = elect(candidate: node, among: ballots)
      } else {
        cancel { () throws(CommandError) in try prefer(better, to: node, tools) }
      }
    }
    switch result {
    case .promote: try confirmPromise(ballots)
    case .unknownPosition:
      throw OCFError(.genericError, "\(object): promotion refused: its own position is unknown")
    case .yield(let better):
      throw OCFError(
        .genericError,
        "\(object): promotion refused: \(better) has more \(substance) (\(summary(ballots)))")
    case .refuse(let nodes):
      throw OCFError(
        .genericError,
        "\(object): promotion refused: \(nodes.joined(separator: " ")) and this node each have \(substance) that the other has not (\(summary(ballots)))"
      )
    }
  }

  /// A record that cannot be read may promise anything.
  private func confirmPromise(_ ballots: [Ballot<History>]) throws(OCFError) {
    do throws(Unknown) {
      if let lack = try shortfall(ballots) {
        _ = refuseForLoss(ballots)
        throw Unknown(lack)
      }
      try takeAcceptance(ballots)
    } catch {
      throw OCFError(.genericError, "\(object): promotion refused: \(error.reason)")
    }
  }
}
