import MySQLFacts
import MySQLRules
import OCF
import Replication
import TestSupport
import Testing

@Suite struct HealthRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(healthRules)
    var broken: [String: HealthFacts] = [:]
    Looks.forEachHealth { facts in
      let health = coverage.decide(facts).verdict
      for (name, holds) in invariants where !holds(facts, health) { broken[name] = broken[name] ?? facts }
    }
    for (name, facts) in broken { Issue.record("\(name): not so for \(facts)") }
    #expect(coverage.decided == Set(coverage.ids))
    // Every other swap of neighbours changes what follows.
    #expect(coverage.unordered == unordered)
    #expect(
      coverage.sentenceOnly == [
        "health/04 health/05", "health/05 health/06", "health/06 health/07", "health/34 health/36",
        "health/53 health/54",
      ])
  }

  private let unordered = [
    "health/12 health/14", "health/14 health/20", "health/22 health/23", "health/30 health/32",
    "health/36 health/37",
    "health/50 health/51", "health/54 health/55", "health/55 health/56",
  ]

  private let invariants: [(String, (HealthFacts, Health) -> Bool)] = [
    (
      "the primary's score is for the primary, and for nobody else",
      { ($1.promotion == .score(ScoreLevel.primary)) == ($0.code == .runningPromoted) }
    ),
    (
      "a replica's score is for one that replicates, or waits for a primary",
      { facts, health in
        guard health.promotion == .score(ScoreLevel.standby) else { return true }
        guard let answer = facts.answer, answer.isReadOnly else { return false }
        return isReplicating(answer) || facts.primary == nil
      }
    ),
    (
      "one that replicates has it whatever the cluster looks like",
      { facts, health in
        guard facts.code == .success, let answer = facts.answer, answer.isReadOnly, isReplicating(answer),
          answer.obstacles.isEmpty, !isOfItsOwn(facts.history), !facts.isUnverified
        else { return true }
        if facts.storage != .sound { return health.promotion == .score(ScoreLevel.outvoted) }
        if facts.isApplierStuck, !facts.isClosed { return health.promotion == .score(ScoreLevel.outvoted) }
        return health.promotion == .score(ScoreLevel.standby) && health.isDegraded == facts.isClosed
      }
    ),
    (
      "what did not answer comes behind all that do",
      { facts, health in
        guard facts.answer == nil, facts.code != .runningPromoted else { return true }
        return !isScore(health) || health.promotion == .score(ScoreLevel.outvoted)
      }
    ),
    (
      "silence makes no candidate of what was held back",
      { facts, health in
        guard facts.answer == nil, !facts.code.isPromoted, facts.isLeftBehind || isOfItsOwn(facts.history)
        else { return true }
        return health.promotion == .never
      }
    ),
    (
      "an obstacle means never",
      { facts, health in
        guard facts.code != .runningPromoted, let answer = facts.answer, !answer.obstacles.isEmpty else {
          return true
        }
        return health.promotion == .never
      }
    ),
    (
      "transactions of its own mean never, whatever its receiver says",
      { facts, health in
        guard facts.code != .runningPromoted, facts.answer != nil, isOfItsOwn(facts.history) else {
          return true
        }
        return health.promotion == .never && (health.isDegraded || hasObstacle(facts))
      }
    ),
    (
      "what was not compared with a primary means never, and is said",
      { facts, health in
        guard facts.isUnverified, facts.code != .runningPromoted, facts.answer != nil else { return true }
        return health.promotion == .never && (health.isDegraded || hasObstacle(facts))
      }
    ),
    (
      "an applier that stopped at an error means never",
      { facts, health in
        guard facts.code != .runningPromoted, facts.answer?.channel?.applierFailure != nil else {
          return true
        }
        return health.promotion == .never
      }
    ),
    (
      "a replica that accepts writes is never promoted by its score",
      { facts, health in
        guard facts.code != .runningPromoted, facts.answer?.isReadOnly == false else { return true }
        return health == Health("writable", .never, degraded: true)
      }
    ),
    (
      "one that was left behind, or does not know the cluster, gets no score for waiting",
      { facts, health in
        guard facts.isLeftBehind || facts.isClusterUnknown, let answer = facts.answer, answer.isReadOnly,
          answer.channel?.receiver != .running, facts.code != .runningPromoted
        else { return true }
        return !isScore(health)
          || health == Health("left-behind", .score(ScoreLevel.outvoted), degraded: true)
      }
    ),
  ]

  /// A score that followed a position would start a transition with every monitor.
  @Test func scoresAreFewAndFixed() {
    let scores = (healthRules.rows + [healthRules.otherwise]).compactMap { row -> Int? in
      if case .score(let score) = row.verdict.promotion { score } else { nil }
    }
    #expect(Set(scores) == [ScoreLevel.primary, ScoreLevel.standby, ScoreLevel.outvoted])
  }
}

private func isReplicating(_ answer: ServerAnswer) -> Bool {
  guard let channel = answer.channel else { return false }
  return channel.receiver == .running && channel.isApplying && channel.applierFailure == nil
}

private func isOfItsOwn(_ history: HistoryCheck) -> Bool {
  switch history {
  case .diverged, .foreign: true
  case .notCompared, .primaryUnreachable, .primaryDown, .follows: false
  }
}

private func hasObstacle(_ facts: HealthFacts) -> Bool { !(facts.answer?.obstacles.isEmpty ?? true) }

private func isScore(_ health: Health) -> Bool {
  if case .score = health.promotion { true } else { false }
}
