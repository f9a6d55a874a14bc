public import OCF
public import PostgreSQLFacts

extension Decision where Verdict == ExitCode {
  /// The line for `crm_mon`: the row's sentence with the evidence at hand.
  public func reason(_ facts: InstanceFacts, pgdata: String) -> String {
    let evidence = facts.evidence
    return "\(pgdata): \(because)" + (evidence.isEmpty ? "" : " (\(evidence.joined(separator: "; ")))")
  }
}

extension InstanceFacts {
  /// What was seen, in words, without what went as expected. What the server said comes first: Pacemaker keeps about 120
  /// bytes of a reason.
  public var evidence: [String] { connectionEvidence + diskEvidence + processEvidence }

  private var connectionEvidence: [String] {
    switch connection {
    case .notTried, .answered: []
    case .notReady(let message), .full(let message), .unreachable(let message): [message]
    case .refused(let state, let message): ["\(message), SQLSTATE \(state)"]
    case .noAnswer(let limit): ["no answer within \(limit.brief)"]
    }
  }

  private var diskEvidence: [String] {
    var words: [String] = []
    switch dataDirectory {
    case .missing: words.append("no such directory")
    case .notPostgreSQL: words.append("no PG_VERSION in it")
    case .unreadable(let why): words.append(why)
    case .present: break
    }
    if hasBackupLabel { words.append("backup_label is there") }
    if let control, answer == nil { words.append("pg_control says \"\(control.state.rawValue)\"") }
    return words
  }

  private var processEvidence: [String] {
    switch postmaster {
    case .absent: ["no postmaster"]
    case .orphans(let pids): ["still running: " + pids.prefix(5).map(String.init).joined(separator: " ")]
    case .running(let pid): answer == nil ? ["postmaster \(pid)"] : []
    case .frozen(let pid) where isMute: ["postmaster \(pid) does nothing, not even when somebody connects"]
    case .frozen(let pid): ["postmaster \(pid) is in state T: SIGSTOP or a debugger"]
    }
  }
}
