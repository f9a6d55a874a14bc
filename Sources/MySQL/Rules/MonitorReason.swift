public import MySQLFacts
public import OCF

extension Decision where Verdict == ExitCode {
  /// The line for `crm_mon`: the row's sentence with the evidence at hand.
  public func reason(_ facts: InstanceFacts, datadir: String) -> String {
    let evidence = facts.evidence
    return "\(datadir): \(because)" + (evidence.isEmpty ? "" : " (\(evidence.joined(separator: "; ")))")
  }
}

extension InstanceFacts {
  /// What was seen, in words, without what went as expected. What the server said comes first: Pacemaker keeps about 120
  /// bytes of a reason.
  public var evidence: [String] {
    var words: [String] = []
    switch connection {
    case .notTried, .answered: break
    case .notReady(let message), .full(let message), .unreachable(let message): words.append(message)
    case .refused(let number, let message): words.append("\(message), error \(number)")
    case .noAnswer(let limit): words.append("no answer within \(limit.brief)")
    }
    switch dataDirectory {
    case .missing: words.append("no such directory")
    case .notMySQL: words.append("no ibdata1 in it")
    case .unreadable(let why): words.append(why)
    case .present: break
    }
    switch process {
    case .absent: words.append("no server process")
    case .running(let pid): if answer == nil { words.append("process \(pid)") }
    case .frozen(let pid) where isMute:
      words.append("process \(pid) does nothing, not even when somebody connects")
    case .frozen(let pid): words.append("process \(pid) is in state T: SIGSTOP or a debugger")
    }
    return words
  }
}
