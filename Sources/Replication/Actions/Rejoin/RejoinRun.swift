package import Host
internal import OCF
internal import Replication

/// One attempt to bring a node back, in a worker.
package struct RejoinRun<R: Rejoiner> {
  private let rejoiner: R
  private let directory: StateDirectory
  private let log: Log
  private let file: RejoinStateFile
  private let history: History

  /// An attempt of this worker.
  package init(_ rejoiner: R, directory: StateDirectory, log: Log) {
    self.rejoiner = rejoiner
    self.directory = directory
    self.log = log
    file = RejoinStateFile(directory)
    history = History(directory)
  }

  /// Runs it. Afterwards the node streams, and true is returned; or what is kept says why not.
  package func run() -> Bool {
    let progress = RejoinProgress(file.state ?? RejoinState(), file: file)
    do throws(RejoinError) {
      try progress.update {
        $0.attempts += 1
        $0.failedAt = nil
        $0.failure = ""
      }
      note("started, attempt \(progress.state.attempts)")
      let how = try attempt(progress)
      rejoiner.tidy()
      do throws(HostError) {
        try HeldMarker(directory).noteBroughtBack()
        try file.clear()
      } catch {
        throw RejoinError(error)
      }
      note("finished: \(how)")
      return true
    } catch {
      fail(error, progress)
      return false
    }
  }

  private func attempt(_ progress: RejoinProgress) throws(RejoinError) -> String {
    if progress.state.phase == .whole || (progress.state.phase == .exchanging && rejoiner.holdsCopy) {
      try complete(progress)
      return "the data was whole already"
    }
    try rejoiner.waitForPrimary(progress)
    if let kept = progress.state.kept, !Files.isDirectory(kept) { try progress.update { $0.kept = nil } }
    if progress.state.kept == nil, [.halfDone, .exchanging].contains(progress.state.phase) {
      throw RejoinError(
        "what was done to the data before cannot be told (\(file.path)); needs a new copy", hopeless: true)
    }
    // Data that nothing was done to since it was compared may follow by now.
    if progress.state.phase == .untouched || progress.state.kept == nil {
      try progress.step("comparing with the primary")
      guard let divergence = try rejoiner.divergence() else {
        try complete(progress)
        return "it has nothing that the primary has not"
      }
      if progress.state.kept == nil { try keep(divergence, progress) }
      if let obstacle = rejoiner.rewindObstacle(of: divergence) {
        try progress.update { $0.rewindFailure = obstacle }
      }
    }
    return try bringBack(progress)
  }

  private func keep(_ divergence: R.Divergence, _ progress: RejoinProgress) throws(RejoinError) {
    try progress.step("keeping what is abandoned")
    let target: AbandonedDirectory
    do throws(HostError) {
      target = try AbandonedDirectory.create(in: directory)
    } catch {
      throw RejoinError(error)
    }
    let summary = try rejoiner.keep(divergence, in: target)
    try progress.update { $0.kept = target.path }
    log(.warning, "\(rejoiner.object): abandons \(summary); kept in \(target.path)")
    try? history.note("abandoned", "\(summary), kept in \(target.path)")
  }

  private func bringBack(_ progress: RejoinProgress) throws(RejoinError) -> String {
    while true {
      try rejoiner.waitForPrimary(progress)
      var means = try rejoiner.means(progress)
      if let failure = progress.state.rewindFailure {
        means.rewindObstacle = failure
      } else if progress.state.phase == .halfDone {
        // The manual of pg_rewind: once it has begun to write, data that it leaves cannot be trusted.
        means.rewindObstacle = "an earlier rewind or copy was interrupted"
      }
      let decision = rejoinMethodRules.decide(means)
      switch decision.verdict {
      case .none:
        throw RejoinError(Self.why(decision, means), hopeless: true)
      case .rewind:
        if try rewind(progress) { return "by rewinding" }
      case .cloneBeside, .cloneInPlace:
        if let obstacle = means.rewindObstacle, means.policy == .rewind {
          note("copies the whole primary, because it cannot be rewound: \(obstacle)")
        }
        try rejoiner.clone(inPlace: decision.verdict == .cloneInPlace, progress)
        try progress.enter(.whole)
        try complete(progress)
        return "by a copy of the primary"
      }
    }
  }

  /// False if it has to be done in another way.
  private func rewind(_ progress: RejoinProgress) throws(RejoinError) -> Bool {
    do throws(RejoinError) {
      try progress.enter(.down)
      try progress.step("stopping the server")
      try rejoiner.stop()
      try rejoiner.rewind(progress)
      try progress.enter(.whole)
      try complete(progress)
      return true
    } catch {
      note("the rewind failed: \(error.reason)")
      // A primary that is lost says nothing against rewinding to the next one, as long as nothing was changed.
      let isUntouched = progress.state.phase == .down
      if isUntouched, !rejoiner.hasPrimary { return false }
      try progress.update { $0.rewindFailure = error.reason }
      return false
    }
  }

  private func complete(_ progress: RejoinProgress) throws(RejoinError) {
    try progress.step("starting the server")
    try rejoiner.bringUp(progress)
  }

  private func fail(_ error: RejoinError, _ progress: RejoinProgress) {
    note("failed: \(error.reason)")
    log(.error, "\(rejoiner.object): rejoin failed: \(error.reason)")
    if progress.state.phase == .down {
      do throws(RejoinError) {
        try rejoiner.resume()
        try progress.enter(.untouched)
      } catch {
        log(.warning, "\(rejoiner.object): the server could not be started again: \(error.reason)")
      }
    }
    try? progress.update {
      $0.failedAt = secondsSinceEpoch()
      $0.failure = error.reason
      $0.isHopeless = error.isHopeless
    }
  }

  private func note(_ text: String) {
    log(.info, "\(rejoiner.object): rejoin \(text)")
    try? history.note("rejoin", text)
  }

  private static func why(_ decision: Decision<RejoinMethod>, _ means: RejoinMeans) -> String {
    let obstacles = [means.rewindObstacle, means.cloneObstacle, means.besideObstacle].compactMap { $0 }
    return decision.because + (obstacles.isEmpty ? "" : " (\(obstacles.joined(separator: "; ")))")
  }
}
