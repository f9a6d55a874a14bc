import OCF
import PostgreSQLFacts
import PostgreSQLRules
import Replication
import TestSupport

extension Scenario {
  /// What one look found.
  mutating func look() throws -> InstanceFacts {
    var facts = InstanceFacts(
      dataDirectory: try directory(), postmaster: try postmaster(), connection: try connection())
    if let state = try take("control", as: ControlData.State.self) {
      facts.control = ControlData(ControlDataSample.text(state))
    }
    if let status = take("pid-file") {
      facts.pidFile = Looks.pidFile(status: status)
      guard facts.pidFile?.status != nil else { throw malformed("pid-file: \(status)") }
    }
    facts.expected = try role("expected")
    switch take("progress") {
    case nil: break
    case "advancing": facts.progress = .advancing
    case "stuck": facts.progress = .stuck
    case .some(let word): throw malformed("progress: \(word)")
    }
    facts.onCrash = try crashPolicy()
    facts.hasBackupLabel = try takeYes("backup-label")
    facts.hasRecoverySignal = try takeYes("recovery-signal")
    facts.isSilentTooLong = try takeYes("silent-too-long")
    return facts
  }

  private mutating func directory() throws -> InstanceFacts.DataDirectory {
    let (word, rest) = Scenario.cut(take("directory") ?? "present 15")
    switch word {
    case "present": return .present(version: rest)
    case "missing": return .missing
    case "not-postgresql": return .notPostgreSQL
    case "unreadable": return .unreadable(rest)
    default: throw malformed("directory: \(word)")
    }
  }

  private mutating func postmaster() throws -> InstanceFacts.Postmaster {
    let (word, rest) = Scenario.cut(take("postmaster") ?? "absent")
    let pids = rest.split(separator: " ").compactMap { Int32($0) }
    switch (word, pids.first) {
    case ("absent", nil): return .absent
    case ("running", .some(let pid)): return .running(pid: pid)
    case ("frozen", .some(let pid)): return .frozen(pid: pid)
    case ("orphans", .some): return .orphans(pids)
    default: throw malformed("postmaster: \(word) \(rest)")
    }
  }

  private mutating func connection() throws -> InstanceFacts.Connection {
    let (word, rest) = Scenario.cut(take("connection") ?? "not-tried")
    switch word {
    case "not-tried": return .notTried
    case "primary": return .answered(ServerAnswer(standby: nil))
    case "standby": return .answered(ServerAnswer(standby: ServerAnswer.Standby()))
    case "not-ready": return .notReady(rest)
    case "full": return .full(rest)
    case "refused":
      let (state, message) = Scenario.cut(rest)
      return .refused(state: state, message: message)
    case "no-answer":
      guard let limit = Duration(pacemaker: rest) else { throw malformed("no-answer: \(rest)") }
      return .noAnswer(limit)
    case "unreachable": return .unreachable(rest)
    default: throw malformed("connection: \(word)")
    }
  }

  /// What is known of a running instance.
  mutating func health() throws -> HealthFacts {
    var facts = HealthFacts(code: try monitorCode(), answer: nil)
    if let answer = take("answer") {
      let (word, receiver) = Scenario.cut(answer)
      var standby = ServerAnswer.Standby()
      standby.receiverStatus = receiver.isEmpty ? nil : receiver
      if receiver == "streaming" {
        standby.received = LSN(20)
        standby.replayed = LSN(10)
        standby.isReplayPaused = try takeYes("paused")
        standby.sendersEnd = LSN(try takeYes("far-behind") ? 1 << 30 : 20)
      }
      guard ["primary", "standby"].contains(word) else { throw malformed("answer: \(answer)") }
      facts.answer = ServerAnswer(standby: word == "primary" ? nil : standby)
    }
    facts.primary = take("primary")
    facts.history = try history()
    facts.isDisconnectedTooLong = try takeYes("disconnected-too-long")
    facts.isLeftBehind = try takeYes("left-behind")
    facts.isPromised = try takeYes("promised")
    facts.storage = try take("storage", as: StorageCondition.self) ?? .sound
    facts.isReplayStuck = try takeYes("stuck")
    facts.isElectionStuck = try takeYes("election-stuck")
    facts.isLossPossible = try takeYes("loss-possible")
    facts.isStalled = try takeYes("stalled")
    facts.isFull = try takeYes("full")
    facts.isPromiseVoid = try takeYes("promise-void")
    facts.isClusterUnknown = try takeYes("cluster-unknown")
    return facts
  }
}
