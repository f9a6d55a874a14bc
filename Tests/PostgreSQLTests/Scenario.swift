import Replication
import Host
import OCF
import PostgreSQLFacts
import PostgreSQLRules

/// One paragraph of a file in Tests/Scenarios; its README says what the keys mean.
struct Scenario {
  struct Malformed: Error {
    let what: String
  }

  let name: String
  private var fields: [String: String] = [:]

  /// The paragraphs of one file.
  static func file(_ name: String, beside source: String = #filePath) throws -> [Scenario] {
    let tests = source.split(separator: "/").dropLast(2).joined(separator: "/")
    let text = try Files.readText("/\(tests)/Scenarios/\(name).txt")
    var paragraphs: [[Substring]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { paragraphs.append([]) } else { paragraphs[paragraphs.count - 1].append(line) }
    }
    return try paragraphs.filter { !$0.isEmpty }.map { try Scenario($0) }
  }

  private init(_ lines: [Substring]) throws {
    for line in lines {
      guard let separator = line.firstRange(of: ": ") else { throw Malformed(what: "no key: \(line)") }
      let key = String(line[..<separator.lowerBound])
      guard fields.updateValue(String(line[separator.upperBound...]), forKey: key) == nil else {
        throw Malformed(what: "\(key) twice: \(line)")
      }
    }
    guard let name = fields.removeValue(forKey: "scenario") else {
      throw Malformed(what: "no name: \(lines)")
    }
    self.name = name
  }

  /// Takes a value out, so that what is left was not understood.
  mutating func take(_ key: String) -> String? { fields.removeValue(forKey: key) }

  mutating func need(_ key: String) throws -> String {
    guard let value = take(key) else { throw malformed("no \(key)") }
    return value
  }

  private mutating func takeYes(_ key: String) throws -> Bool {
    guard let value = take(key) else { return false }
    guard value == "yes" else { throw malformed("\(key): \(value)") }
    return true
  }

  /// Every key must have been understood.
  func end() throws {
    guard fields.isEmpty else { throw malformed("unknown: \(fields)") }
  }

  func malformed(_ what: String) -> Malformed { Malformed(what: "\(name): \(what)") }

  /// What one look found.
  mutating func look() throws -> InstanceFacts {
    var facts = InstanceFacts(
      dataDirectory: try directory(), postmaster: try postmaster(), connection: try connection())
    if let state = take("control") {
      guard let state = ControlData.State(rawValue: state) else { throw malformed("control: \(state)") }
      facts.control = ControlData(ControlDataSample.text(state))
    }
    if let status = take("pid-file") {
      facts.pidFile = Looks.pidFile(status: status)
      guard facts.pidFile?.status != nil else { throw malformed("pid-file: \(status)") }
    }
    switch take("expected") {
    case nil: break
    case "promoted": facts.expected = .promoted
    case "unpromoted": facts.expected = .unpromoted
    case .some(let word): throw malformed("expected: \(word)")
    }
    switch take("progress") {
    case nil: break
    case "advancing": facts.progress = .advancing
    case "stuck": facts.progress = .stuck
    case .some(let word): throw malformed("progress: \(word)")
    }
    if let word = take("on-crash") {
      guard let policy = CrashPolicy(rawValue: word) else { throw malformed("on-crash: \(word)") }
      facts.onCrash = policy
    }
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
    guard let code = Int32(try need("monitor")).flatMap(ExitCode.init(rawValue:)) else {
      throw malformed("monitor")
    }
    var facts = HealthFacts(code: code, answer: nil)
    if let answer = take("answer") {
      let (word, receiver) = Scenario.cut(answer)
      var standby = ServerAnswer.Standby()
      standby.receiverStatus = receiver.isEmpty ? nil : receiver
      if receiver == "streaming" {
        standby.received = LSN(20)
        standby.replayed = LSN(10)
        standby.sendersEnd = LSN(try takeYes("far-behind") ? 1 << 30 : 20)
      }
      guard ["primary", "standby"].contains(word) else { throw malformed("answer: \(answer)") }
      facts.answer = ServerAnswer(standby: word == "primary" ? nil : standby)
    }
    facts.primary = take("primary")
    let (word, rest) = Scenario.cut(take("history") ?? "")
    switch word {
    case "": break
    case "follows": facts.history = .follows
    case "diverged": facts.history = .diverged(rest)
    case "foreign": facts.history = .foreign(rest)
    case "unreachable": facts.history = .primaryUnreachable(rest)
    case "down": facts.history = .primaryDown(rest)
    default: throw malformed("history: \(word)")
    }
    facts.isDisconnectedTooLong = try takeYes("disconnected-too-long")
    facts.isLeftBehind = try takeYes("left-behind")
    facts.isElectionStuck = try takeYes("election-stuck")
    facts.isClusterUnknown = try takeYes("cluster-unknown")
    return facts
  }

  private static func cut(_ text: String) -> (String, String) {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
  }
}
