internal import Host
internal import OCF
internal import Replication

extension Elector {
  /// What was promised of acknowledged commits; nil for nothing.
  func promise() throws(Unknown) -> DurabilityRecord? {
    guard durability.policy != .async else { return nil }
    return try DurabilityOption(context)?.read()
  }

  /// Why nobody can know that the best of those who answered has every acknowledged commit; nil if it has, whichever nodes
  /// the commits are on.
  func shortfall(_ ballots: [Ballot<History>]) throws(Unknown) -> String? {
    guard let node = context.cluster.node, let option = DurabilityOption(context), let record = try promise()
    else { return nil }
    let answered = Set(ballots.filter { $0.position != nil }.map(\.node))
    if record.isCovered(by: answered) { return nil }
    if try option.acceptedNode() == node { return nil }
    let heard = answered.intersection(record.members).sorted()
    let who = heard.isEmpty ? "none of these" : "of these only \(heard.joined(separator: " "))"
    let members = record.members.sorted().joined(separator: " ")
    return
      "acknowledged commits are on \(record.copies) of \(members), and \(who) answered; needs one more of them, or, if commits may be lost: \(option.acceptanceCommand(node))"
  }

  /// The operator's permission is for one promotion, and is kept in the history; the promise begins anew.
  func takeAcceptance(_ ballots: [Ballot<History>]) throws(Unknown) {
    guard let node = context.cluster.node, let option = DurabilityOption(context), let record = try promise()
    else { return }
    let answered = Set(ballots.filter { $0.position != nil }.map(\.node))
    if record.isCovered(by: answered) { return }
    let text =
      "promoted on \(node) by the operator's permission, though commits promised to be on \(record.copies) of \(record.members.sorted().joined(separator: " ")) may be lost; \(summary(ballots))"
    context.log(.error, "durability: \(text)")
    context.note("loss-accepted", text)
    try option.write(DurabilityRecord(copies: 1, members: [node]))
    try option.removeAcceptance()
  }
}
