internal import Host
internal import OCF
internal import Replication

extension Elector {
  /// What the cluster's configuration says of acknowledged commits; nil for nothing.
  func promise() throws(Unknown) -> DurabilityRecord? {
    guard durability.policy != .async, context.cluster.node != nil, let option = DurabilityOption(context)
    else { return nil }
    return try option.read()
  }

  /// What the promise of acknowledged commits says of a promotion.
  /// - Parameter answered: whose history is known to be a part of what is promoted.
  func cover(_ ballots: [Ballot<History>], by answered: Set<String>) throws(Unknown) -> Cover {
    guard let record = try promise(), let node = context.cluster.node,
      let option = DurabilityOption(context)
    else { return .whole }
    if record.isCovered(by: answered) { return .whole }
    if try option.acceptedNode() == node { return .accepted(record) }
    let heard = answered.intersection(record.members).sorted()
    let who = heard.isEmpty ? "none of these" : "of these only \(heard.joined(separator: " "))"
    return .lacking(
      "acknowledged commits are on \(record.words), and \(who) answered; needs one more of them, or, if commits may be lost: \(option.acceptanceCommand(node))"
    )
  }

  /// The operator's permission is for one promotion, and is kept in the history; the promise begins anew.
  func takeAcceptance(_ record: DurabilityRecord, _ ballots: [Ballot<History>]) throws(Unknown) {
    guard let node = context.cluster.node, let option = DurabilityOption(context) else { return }
    let text =
      "promoted on \(node) by the operator's permission, though commits promised to be on \(record.words) may be lost; \(summary(ballots))"
    context.log(.error, "durability: \(text)")
    context.note("loss-accepted", text)
    try option.write(DurabilityRecord(copies: 1, members: [node]))
    try option.removeAcceptance()
  }
}

/// Whether the best of those who answered has every acknowledged commit, whichever nodes the commits are on.
enum Cover {
  /// It has, or nothing was promised.
  case whole
  /// Nobody can know that; why, and what is needed.
  case lacking(String)
  /// Nobody can know that, and the operator allows the promotion all the same.
  case accepted(DurabilityRecord)
}

extension DurabilityRecord {
  /// For people.
  var words: String { "\(copies) of \(members.sorted().joined(separator: " "))" }
}
