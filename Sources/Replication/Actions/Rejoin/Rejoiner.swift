package import Host
package import Replication

/// Why a rejoin, or a part of it, did not succeed.
package struct RejoinError: Error, Equatable {
  /// One line.
  package let reason: String
  /// It would fail again.
  package let isHopeless: Bool

  /// A failure.
  package init(_ reason: String, hopeless isHopeless: Bool = false) {
    self.reason = reason
    self.isHopeless = isHopeless
  }

  /// The same for what the machine refused.
  package init(_ error: HostError) { self.init(error.reason) }
}

/// What a database has to add to the work of bringing a diverged node back. Each step can be begun again after any end.
package protocol Rejoiner {
  associatedtype Divergence

  /// The data directory, for messages.
  var object: String { get }
  /// Waits until the cluster has a primary on another node and it answers.
  func waitForPrimary(_ progress: RejoinProgress) throws(RejoinError)
  /// Whether a primary answers now.
  var hasPrimary: Bool { get }
  /// What this node has that the primary has not; nil if it has nothing of its own. Starts the server if it is down.
  func divergence() throws(RejoinError) -> Divergence?
  /// Why what differs cannot be taken from the primary; nil for nothing that the divergence itself tells.
  func rewindObstacle(of divergence: Divergence) -> String?
  /// Keeps it, with a report, and returns what it is in one line.
  func keep(_ divergence: Divergence, in directory: AbandonedDirectory) throws(RejoinError) -> String
  /// What is possible on this node.
  func means(_ progress: RejoinProgress) throws(RejoinError) -> RejoinMeans
  /// Ends the server cleanly.
  func stop() throws(RejoinError)
  /// Takes from the primary what differs. Says `progress.enter(.halfDone)` before it changes anything.
  func rewind(_ progress: RejoinProgress) throws(RejoinError)
  /// Copies the primary. Says `.exchanging` before a copy takes the place of the data, `.halfDone` before data is removed.
  func clone(inPlace: Bool, _ progress: RejoinProgress) throws(RejoinError)
  /// The data directory is the copy that took the place of the old one.
  var holdsCopy: Bool { get }
  /// Starts the server; afterwards it streams from the primary.
  func bringUp(_ progress: RejoinProgress) throws(RejoinError)
  /// Starts the server on data that is as it was, so that it can be looked at.
  func resume() throws(RejoinError)
  /// Removes the old data and whatever else is left over, once the node streams.
  func tidy()
}

extension Rejoiner {
  package func rewindObstacle(of divergence: Divergence) -> String? { nil }

  /// Ends the server, and the whole copy takes the place of the data. Where it cannot, the data is what it was.
  package func exchange(_ directory: CloneDirectory, _ progress: RejoinProgress) throws(RejoinError) {
    try progress.step("exchanging the data")
    let before = progress.state.phase
    try stop()
    try progress.enter(.exchanging)
    do throws(RejoinError) {
      try directory.exchange()
    } catch {
      try progress.enter(before == .halfDone ? .halfDone : .down)
      throw error
    }
  }
}

/// What a worker tells of itself while it works.
package final class RejoinProgress {
  /// As it is kept.
  package private(set) var state: RejoinState
  private let file: RejoinStateFile

  /// Goes on from `state`.
  package init(_ state: RejoinState, file: RejoinStateFile) {
    self.state = state
    self.file = file
  }

  /// Changes what is kept. It is on the disk afterwards.
  package func update(_ change: (inout RejoinState) -> Void) throws(RejoinError) {
    var next = state
    change(&next)
    if next == state { return }
    do throws(HostError) {
      try file.save(next)
    } catch {
      throw RejoinError(error)
    }
    state = next
  }

  /// Says what comes next.
  package func step(_ name: String) throws(RejoinError) {
    try update {
      $0.step = name
      $0.percent = nil
    }
  }

  /// Says how much of the step is done.
  package func show(percent: Int) { try? update { $0.percent = min(100, max(0, percent)) } }

  /// Says what is about to happen to the data directory.
  package func enter(_ phase: RejoinState.Phase) throws(RejoinError) { try update { $0.phase = phase } }
}
