internal import CIB
internal import Host
internal import OCF
package import Replication

extension StorageContext {
  /// In a monitor that found the server running: a sentinel stands by it, if the operator wants one.
  /// - Parameters:
  ///   - isPrimary: only for a primary there is a lease.
  ///   - environment: as Pacemaker gave it.
  package func postSentinel(by pid: Int32, isPrimary: Bool, environment: [String: String]) {
    guard !invocation.isProbe, cluster.node != nil else { return }
    let sentinel = Sentinel(run: run)
    let duty = SentinelDuty(
      tells: values.flag(SharedParameters.sentinel), isPrimary: isPrimary,
      lease: isPrimary ? values.duration(SharedParameters.lease) ?? .zero : .zero)
    guard duty.tells || duty.lease > .zero else { return sentinel.relieve() }
    guard let server = ProcessStatus.of(pid) else { return }
    do throws(HostError) {
      try sentinel.post(by: server, for: duty, environment: environment)
    } catch {
      log(.warning, "no sentinel stands by the server: \(error.reason)")
    }
  }
}

extension ActionContext {
  /// After a sentinel has told the cluster of the failure: with its old score a failed primary would be promoted again. In the other
  /// order a transition would begin with the score, and be broken off for the failure.
  package func makeRoom(by policy: CrashPolicy) {
    var memory = run.memory
    guard memory.failedAsPrimary, policy == .failover else { return }
    Publisher(self).withdrawScore(in: &memory)
    save(memory)
  }

  /// The lease is over.
  func noteEnd(_ decision: Decision<LeaseStep>, _ duty: SentinelDuty) {
    let why = "\(decision.because) (lease \(duty.lease.brief))"
    log(.error, "ends the server: \(why) | rule=\(decision.rule)")
    note("lease", "ended the server: \(why)")
  }

  /// What a sentinel does when its server has ended or stands still: what a monitor would, and tells the cluster if that is a failure. An instance
  /// that Pacemaker does not manage is left alone, for a failure that is on record would be acted on later. Returns whether it was told.
  /// - Parameter mute: a server that does nothing: whoever stops it, and the monitor, are to know, and cannot find out as fast.
  func reportFailure(
    _ sentinel: Sentinel, mute: (server: ProcessStatus, switches: UInt64)? = nil, monitor: () -> Outcome
  ) -> Bool {
    guard let tools = cluster.tools, let node = tools.node, let state = cluster.state(),
      state.isManaged(invocation.instance, on: node)
    else { return false }
    if let mute {
      do throws(HostError) {
        try run.noteMute(mute.server, mute.switches)
      } catch {
        log(.warning, "what does nothing cannot be noted: \(error.reason)")
        return false
      }
    }
    let outcome = monitor()
    // It may have begun to move while the cluster was asked.
    let isTold = (mute.map { run.isMute($0.server) } ?? true) && tell(sentinel, tools, outcome)
    if !isTold { run.forgetMute() }
    return isTold
  }

  private func tell(_ sentinel: Sentinel, _ tools: ClusterTools, _ outcome: Outcome) -> Bool {
    // A monitor of the cluster's may have found out first: then the stop that follows has relieved this one, and another failure would
    // restart what is healthy by then.
    guard [.notRunning, .failedPromoted, .genericError].contains(outcome.code), sentinel.isPosted else {
      return false
    }
    do throws(CommandError) {
      try tools.failResource()
      log(.warning, "told the cluster at once: \(outcome.reason)")
      return true
    } catch {
      log(.warning, "a failure could not be told the cluster: \(error.reason)")
      return false
    }
  }
}
