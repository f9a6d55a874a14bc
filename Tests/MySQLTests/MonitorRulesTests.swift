import MySQLFacts
import MySQLRules
import OCF
import Replication
import TestSupport
import Testing

@Suite struct MonitorRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(monitorRules)
    var broken: [String: InstanceFacts] = [:]
    var count = 0
    Looks.forEach { facts in
      count += 1
      let code = coverage.decide(facts).verdict
      for (name, holds) in invariants where !holds(facts, code) { broken[name] = broken[name] ?? facts }
    }
    #expect(count == 4 * 3 * 13 * 3 * 3 * 2 * 8)
    for (name, facts) in broken { Issue.record("\(name): not so for \(facts)") }
    #expect(coverage.decided == Set(coverage.ids))
    // Every other swap of neighbours changes an exit code.
    #expect(coverage.unordered == unordered)
    #expect(coverage.sentenceOnly == [])
  }

  private let unordered = [
    "monitor/18 monitor/24", "monitor/32 monitor/44", "monitor/46 monitor/48", "monitor/52 monitor/60",
    "monitor/62 monitor/64", "monitor/64 monitor/66",
  ]

  private let invariants: [(String, (InstanceFacts, ExitCode) -> Bool)] = [
    (
      "a monitor's codes are those of the OCF Resource Agent API",
      {
        [
          .success, .genericError, .notRunning, .runningPromoted, .failedPromoted, .degraded,
          .degradedPromoted,
        ].contains($1)
      }
    ),
    (
      "8 is only for a server that answered, accepts writes and follows nobody",
      { facts, code in
        guard code == .runningPromoted else { return true }
        return facts.answer.map { !$0.isReadOnly && !$0.channels.contains(where: isAtWork) } ?? false
      }
    ),
    (
      "191 is only for what the cluster, or the last monitor on a probe, calls promoted",
      { $1 != .degradedPromoted || isPromotedAsFarAsKnown($0) }
    ),
    (
      "9 is only for what the cluster, or the last monitor on a probe, calls promoted",
      { $1 != .failedPromoted || isPromotedAsFarAsKnown($0) }
    ),
    ("7 is only for what has no process left", { $1 != .notRunning || $0.process == .absent }),
    ("what has no process left is not running", { $0.process != .absent || !$1.isRunning }),
    (
      "a crashed primary that the agent had started has failed, if its data is here",
      { facts, code in
        guard facts.process == .absent, facts.expected == .promoted, facts.isOurs,
          facts.dataDirectory == .present
        else { return true }
        return code == .failedPromoted
      }
    ),
    (
      "a server that is stopped by a signal has failed",
      { facts, code in
        if case .frozen = facts.process { return code == .genericError || code == .failedPromoted }
        return true
      }
    ),
    (
      "a server that answers runs in the role that it says",
      { facts, code in
        guard case .running = facts.process, let answer = facts.answer else { return true }
        if answer.isReadOnly { return code == .success }
        return code == (answer.channels.contains(where: isAtWork) ? .degraded : .runningPromoted)
      }
    ),
    (
      "a server that is only full or refuses the login is never restarted for it when a role is known",
      { facts, code in
        guard case .running = facts.process, (facts.expected ?? facts.remembered) != nil else { return true }
        switch facts.connection {
        case .full, .refused, .unreachable: return code.isRunning
        default: return true
        }
      }
    ),
    (
      "silence alone is no failure",
      { facts, code in
        guard case .running = facts.process, case .noAnswer = facts.connection, !facts.isSilentTooLong,
          (facts.expected ?? facts.remembered) != nil
        else { return true }
        return code.isRunning
      }
    ),
    (
      "unknown is never promoted anew",
      { $0.answer != nil || !$1.isPromoted || isPromotedAsFarAsKnown($0) && $1 == .degradedPromoted }
    ),
    (
      "a probe tells no role that neither the server nor the last monitor told",
      { facts, code in
        guard facts.expected == nil, facts.remembered == nil, facts.answer == nil else { return true }
        return !code.isPromoted && code != .failedPromoted && code != .degraded
      }
    ),
    (
      "a failed primary is never called a healthy replica",
      { $0.expected != .promoted || $1 != .success || ($0.answer?.isReadOnly ?? false) }
    ),
  ]
}

private func isAtWork(_ channel: ReplicaChannel) -> Bool {
  channel.receiver != .stopped || channel.isApplying
}

private func isPromotedAsFarAsKnown(_ facts: InstanceFacts) -> Bool {
  (facts.expected ?? facts.remembered) == .promoted
}
