internal import Host
package import OCF

/// The promotion score of a node that was asked whether it can take over. The primary refuses by setting it to -INFINITY, and
/// the node itself sets it again. Not at once: the cluster would begin the same switchover anew, and take the writer's address
/// away each time.
extension Memory {
  private static let firstPause: Int64 = 10
  private static let longestPause: Int64 = 60
  /// For how long after the pause the primary may still set the score.
  private static let doubt: Int64 = 60

  /// What the last monitor found right, told or not; nil for a node that must not be promoted.
  var decidedScore: PromotionScore? {
    get { self["score"].flatMap { PromotionScore($0) } }
    set { self["score"] = newValue?.description }
  }

  private var pause: Int64 { since("score-pause") ?? 0 }

  /// The node is asked now.
  mutating func doubtScore(now: Int64 = secondsSinceBoot()) {
    let age = since("score-doubted").map { now - $0 } ?? .max
    if age >= pause + Self.doubt {
      self["score-pause"] = String(Self.firstPause)
    } else if age >= pause {
      // What was in the way is so still, as a rule.
      self["score-pause"] = String(min(2 * pause, Self.longestPause))
    }
    self["score-doubted"] = String(now)
  }

  /// Whether a monitor leaves the score as it is. If not, it is told anew as long as the primary may have set it.
  /// - Parameter hasPrimary: there is one that could refuse; without it, the score is needed now.
  mutating func leavesScore(now: Int64 = secondsSinceBoot(), hasPrimary: () -> Bool) -> Bool {
    guard let since = since("score-doubted") else { return false }
    let age = now - since
    if age < pause, hasPrimary() { return true }
    notePublished("score", nil)
    if age >= pause + Self.doubt { trustScore() }
    return false
  }

  /// Nobody can have set it, or it is told anew anyway.
  mutating func trustScore() {
    self["score-doubted"] = nil
    self["score-pause"] = nil
  }
}

extension ActionContext {
  /// In a notification: the primary goes, and nobody is to take its place. It may be that nobody can, because a switchover to
  /// this node was refused a moment ago.
  package func offerAgain(_ lists: TransitionLists) {
    let leaving = Set(lists.demoting).union(lists.stopping)
    var memory = run.memory
    guard lists.promoting.isEmpty, !lists.promoted.isEmpty, leaving.isSuperset(of: lists.promoted),
      memory["score-doubted"] != nil, let node = cluster.node, !leaving.contains(node),
      let score = memory.decidedScore
    else { return }
    memory.trustScore()
    // Others moved it.
    memory.notePublished("score", nil)
    Publisher(self).publish(score: score, in: &memory)
    save(memory)
    log(.info, "can be promoted again: the primary goes, and nobody is to take its place")
  }
}
