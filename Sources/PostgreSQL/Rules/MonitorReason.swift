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
  /// What was seen, in words, without what went as expected.
  public var evidence: [String] {
    var words: [String] = []
    switch dataDirectory {
    case .missing: words.append("no such directory")
    case .notPostgreSQL: words.append("no PG_VERSION in it")
    case .unreadable(let why): words.append(why)
    case .present: break
    }
    switch postmaster {
    case .absent: words.append("no postmaster")
    case .orphans(let pids):
      words.append("still running: " + pids.prefix(5).map(String.init).joined(separator: " "))
    case .running(let pid): if answer == nil { words.append("postmaster \(pid)") }
    case .frozen(let pid): words.append("postmaster \(pid) is in state T: SIGSTOP or a debugger")
    }
    if let control, answer == nil { words.append("pg_control says \"\(control.state.rawValue)\"") }
    switch connection {
    case .notTried, .answered: break
    case .notReady(let message), .full(let message), .unreachable(let message): words.append(message)
    case .refused(let state, let message): words.append("\(message), SQLSTATE \(state)")
    case .noAnswer(let limit): words.append("no answer within \(limit.brief)")
    }
    if hasBackupLabel { words.append("backup_label is there") }
    return words
  }
}
