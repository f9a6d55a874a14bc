internal import Host
package import OCF
internal import Replication

/// What an agent has at hand that watches its instance's storage.
package protocol StorageContext: ActionContext {
  /// The parameters that the instance goes by.
  var values: ParameterValues { get }
  /// The watch.
  var storage: StorageWatch<Self> { get }
}

extension StorageContext {
  private var sickPolicy: SickPolicy {
    values.text(SharedParameters.onSick).flatMap(SickPolicy.init(rawValue:)) ?? .stay
  }

  /// The monitor's answer where a sick primary makes room for another; nil where it does not.
  package func failOver(
    _ isPrimary: Bool, _ finding: StorageFinding, of object: String, _ memory: inout Memory
  ) -> Outcome? {
    if finding.condition == .sound || invocation.isProbe { return nil }
    let wantsPeer = isPrimary && sickPolicy == .failover
    let peer = wantsPeer ? peerWithEverything : nil
    let decision = storageRules.decide(
      StorageFacts(
        condition: finding.condition, isPrimary: isPrimary, policy: sickPolicy, hasPeer: peer != nil))
    guard decision.verdict == .failOver, let peer else { return nil }
    note("storage", "gives way to \(peer): \(finding.evidence)")
    return giveWay(to: peer, words(finding), of: object, decision.rule, &memory)
  }
}

extension StorageContext {
  fileprivate var field: String { "started-without-server" }

  /// The monitor's answer while there is no server for that reason; nil where there is one, or should be.
  package func insteadOfServer(isRunning: @autoclosure () -> Bool, of object: String, _ memory: inout Memory)
    -> Outcome?
  {
    guard memory[field] != nil, !invocation.isProbe else { return nil }
    let finding = storage.look(isSuspicious: true, &memory)
    if isRunning() || finding.condition == .sound {
      memory[field] = nil
      // Not running is what it is, and makes Pacemaker start it.
      return nil
    }
    noticeNewAttributeDaemon(&memory)
    tellSick(finding, &memory)
    return Outcome(
      .degraded, "\(object): no server runs: \(words(finding)); needs room, or a file system that works")
  }

  fileprivate func words(_ finding: StorageFinding) -> String {
    "its storage takes no writes (\(finding.evidence))"
  }

  fileprivate func tellSick(_ finding: StorageFinding, _ memory: inout Memory) {
    let publisher = Publisher(self)
    publisher.publish(score: .minusInfinity, in: &memory)
    publisher.publish([("readable", "0"), ("state", "sick"), ("storage", finding.evidence)], in: &memory)
    memory["state"] = "sick"
  }
}

extension StorageContext where Self: RejoiningContext {
  /// What start does where the storage takes no writes: a server would not come up, and Pacemaker promotes nobody before
  /// a start has ended, nor while it fails. It succeeds; the monitor says what is wrong, and has it started when that is mended.
  /// Nil if the server is to be started.
  /// - Parameter failure: of the server's start, if that was tried.
  package func startWithoutServer(after failure: OCFError? = nil, _ memory: inout Memory) throws(OCFError)
    -> Outcome?
  {
    memory[field] = nil
    guard failure != nil || memory["storage"] != nil || storage.isInDoubt else { return nil }
    let finding = storage.look(isSuspicious: true, patience: .seconds(2), &memory)
    if finding.condition == .sound { return nil }
    if let failure { log(.warning, failure.reason) }
    memory[field] = "1"
    memory.hasFailed = false
    memory.forgetPublished()
    tellSick(finding, &memory)
    save(memory)
    try keep(startParameters: startParameters)
    return Outcome(.success, "\(dataDirectory): no server is started: \(words(finding))")
  }
}
