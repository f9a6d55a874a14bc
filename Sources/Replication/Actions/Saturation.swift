internal import Host
internal import OCF
internal import Replication

extension StorageContext {
  private var fullPolicy: FullPolicy {
    values.text(SharedParameters.onFull).flatMap(FullPolicy.init(rawValue:)) ?? .stay
  }

  private var fullLimit: Duration { values.duration(SharedParameters.fullTimeout) ?? .seconds(60) }

  /// The monitor's answer where a primary without a connection left makes room for another; nil where it does not.
  package func failOver(_ isPrimary: Bool, isFull: Bool, of object: String, _ memory: inout Memory)
    -> Outcome?
  {
    if invocation.isProbe { return nil }
    let now = secondsSinceBoot()
    let fullFor = memory.track("full-since", holds: isFull, now: now)
    let primaryFor = memory.track("primary-since", holds: isPrimary, now: now)
    let wantsPeer = isFull && isPrimary && fullPolicy == .failover && fullFor >= fullLimit
    let peer = wantsPeer ? peerWithEverything : nil
    let decision = saturationRules.decide(
      SaturationFacts(
        fullFor: isFull ? fullFor : nil, primaryFor: isPrimary ? primaryFor : nil, policy: fullPolicy,
        limit: fullLimit, hasPeer: peer != nil))
    guard decision.verdict == .failOver, let peer else { return nil }
    return giveWay(
      to: peer, "all its connections have been taken for \(fullFor.brief)", of: object, decision.rule, &memory
    )
  }
}

extension StorageContext {
  /// The monitor's answer with which a primary that works, but is of no use, makes room for another.
  package func giveWay(
    to peer: String, _ reason: String, of object: String, _ rule: String, _ memory: inout Memory
  ) -> Outcome {
    memory.hasFailed = true
    memory.failedAsPrimary = true
    Publisher(self).withdrawScore(in: &memory)
    let reason = "\(object): \(reason); \(peer) has everything"
    log(.error, "\(reason) | rule=\(rule)")
    return Outcome(.failedPromoted, reason, rule: rule)
  }
}
