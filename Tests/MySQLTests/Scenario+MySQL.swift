import MySQLFacts
import MySQLRules
import OCF
import Replication
import TestSupport

extension Scenario {
  /// What one look found.
  mutating func look() throws -> InstanceFacts {
    var facts = InstanceFacts(
      dataDirectory: try directory(), process: try process(), connection: try connection())
    facts.supervisor = take("supervisor")
    facts.expected = try role("expected")
    facts.remembered = try role("remembered")
    facts.onCrash = try crashPolicy()
    facts.isOurs = try takeYes("ours")
    facts.isSilentTooLong = try takeYes("silent-too-long")
    facts.isStuck = try takeYes("stuck")
    facts.verified = try take("verified").map { .mysql(try verified($0)) }
    return facts
  }

  private func verified(_ numbers: String) throws -> GTIDSet {
    guard let set = GTIDSet("\(Answers.uuid):\(numbers)") else { throw malformed("verified: \(numbers)") }
    return set
  }

  private mutating func directory() throws -> InstanceFacts.DataDirectory {
    let (word, rest) = Scenario.cut(take("directory") ?? "present")
    switch word {
    case "present": return .present
    case "missing": return .missing
    case "not-mysql": return .notMySQL
    case "unreadable": return .unreadable(rest)
    default: throw malformed("directory: \(word)")
    }
  }

  private mutating func process() throws -> InstanceFacts.Process {
    let (word, rest) = Scenario.cut(take("process") ?? "absent")
    switch (word, Int32(rest)) {
    case ("absent", nil): return .absent
    case ("running", .some(let pid)): return .running(pid: pid)
    case ("frozen", .some(let pid)): return .frozen(pid: pid)
    default: throw malformed("process: \(word) \(rest)")
    }
  }

  private mutating func connection() throws -> InstanceFacts.Connection {
    if let answer = try answer() { return .answered(answer) }
    let (word, rest) = Scenario.cut(take("connection") ?? "not-tried")
    switch word {
    case "not-tried": return .notTried
    case "not-ready": return .notReady(rest)
    case "full": return .full(rest)
    case "refused":
      let (number, message) = Scenario.cut(rest)
      guard let number = Int(number) else { throw malformed("refused: \(rest)") }
      return .refused(number: number, message: message)
    case "no-answer":
      guard let limit = Duration(pacemaker: rest) else { throw malformed("no-answer: \(rest)") }
      return .noAnswer(limit)
    case "unreachable": return .unreachable(rest)
    default: throw malformed("connection: \(word)")
    }
  }

  /// What a server said; nil if none did.
  private mutating func answer() throws -> ServerAnswer? {
    guard let word = take("answer") else { return nil }
    guard ["read-only", "writable"].contains(word) else { throw malformed("answer: \(word)") }
    var answer = Answers.server(isReadOnly: word == "read-only")
    if let receiver = take("receiver") { answer.channels = [try channel(receiver)] }
    for name in take("obstacles")?.split(separator: " ") ?? [] {
      guard let obstacle = ServerAnswer.Obstacle(rawValue: String(name)), Answers.add(obstacle, to: &answer)
      else { throw malformed("obstacles: \(name)") }
    }
    return answer
  }

  private mutating func channel(_ receiver: String) throws -> ReplicaChannel {
    let (word, receiverError) = Scenario.cut(receiver)
    let (applier, applierError) = Scenario.cut(take("applier") ?? "running")
    let states: [String: ReplicaChannel.Receiver] = [
      "running": .running, "connecting": .connecting, "stopped": .stopped,
    ]
    guard let state = states[word], ["running", "stopped"].contains(applier) else {
      throw malformed("receiver, applier: \(word), \(applier)")
    }
    return Answers.channel(
      state, isApplying: applier == "running", receiverError: Int(receiverError),
      applierError: Int(applierError), isDrained: try !takeYes("unapplied"))
  }

  /// What is known of a running instance.
  mutating func health() throws -> HealthFacts {
    var facts = HealthFacts(code: try monitorCode(), answer: try answer())
    facts.primary = take("primary")
    facts.history = try history()
    facts.isDisconnectedTooLong = try takeYes("disconnected-too-long")
    facts.isUnverified = try takeYes("unverified")
    facts.isLeftBehind = try takeYes("left-behind")
    facts.isPromised = try takeYes("promised")
    facts.storage = try take("storage", as: StorageCondition.self) ?? .sound
    facts.isApplierStuck = try takeYes("stuck")
    facts.isElectionStuck = try takeYes("election-stuck")
    facts.isLossPossible = try takeYes("loss-possible")
    facts.isStalled = try takeYes("stalled")
    facts.isFull = try takeYes("full")
    facts.isPromiseVoid = try takeYes("promise-void")
    facts.isClusterUnknown = try takeYes("cluster-unknown")
    facts.isReceiverHeld = try takeYes("receiver-held")
    facts.isClosed = try takeYes("closed")
    return facts
  }
}
