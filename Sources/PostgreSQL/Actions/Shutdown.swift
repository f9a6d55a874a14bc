internal import Glibc
internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import ReplicationActions

/// Ends every process of an instance, step by step, within a deadline.
struct Shutdown {
  let context: Context
  /// How much of the action's time it may take, in thousandths.
  var share = 1000
  /// Leave a server alone of which only the archiver has something left to do.
  var leavesArchiver = false

  /// Afterwards not one process of the instance is left, or the error says which; with `leavesArchiver` it may be left to archive,
  /// see `Archiving`. Returns how the server ended.
  func perform(_ facts: InstanceFacts, hasFailed: Bool) throws(OCFError) -> ShutdownRung.Mode? {
    Sentinel(run: context.run).relieve()
    var facts = facts
    facts.isStorageHung = context.run.memory.isStorageHung
    let total = context.deadline.remaining * share / 1000
    var last: ShutdownRung.Mode?
    for rung in shutdownLadder(facts, hasFailed: hasFailed) {
      var limit = context.deadline.earlier(total * rung.share / 1000)
      if facts.isStorageHung { limit = limit.earlier(patienceWithHung) }
      if let last {
        context.log(
          .warning,
          "\(context.instance.pgdata): not down after \(last.rawValue) shutdown, \(rung.mode.rawValue) follows"
        )
      }
      last = rung.mode
      if try end(rung.mode, until: limit) { return rung.mode }
    }
    let left = context.observer.observeProcesses()
    if left.postmaster == .absent { return last }
    throw OCFError(
      .genericError,
      "\(context.instance.pgdata): processes are left after SIGKILL (\(left.postmaster)); needs a look at what they wait for"
    )
  }

  /// Whether it came as far as it should.
  private func end(_ mode: ShutdownRung.Mode, until deadline: Deadline) throws(OCFError) -> Bool {
    do throws(HostError) {
      switch mode {
      case .fast: try tellPostmaster(SIGINT)
      case .immediate: try tellPostmaster(SIGQUIT)
      case .kill: break
      }
    } catch {
      context.log(.warning, "\(context.instance.pgdata): the postmaster cannot be signalled: \(error.reason)")
    }
    let begun = ContinuousClock.now
    repeat {
      if mode == .kill { killAll() }
      if mode == .fast, isDoneButForReceivers(since: begun) { return false }
      if mode == .fast, leavesArchiver, begun.duration(to: .now) > .milliseconds(500),
        Archiving(context: context).isAllThatIsLeft
      {
        return true
      }
      if let postmaster = context.observer.postmasterProcess() {
        _ = Processes.waitForEnd(of: postmaster, until: deadline.earlier(.milliseconds(500)))
      }
      let found = context.observer.observeProcesses().postmaster
      if found == .absent { return true }
      // Its children notice that the postmaster is gone, each at its next look.
      pause(.milliseconds(5), until: deadline)
    } while !deadline.isPast
    return false
  }

  /// Once its last checkpoint is on disk a server only waits for receivers and the archiver, and nothing can be lost by
  /// ending it. A standby's walsender waits for ever for a receiver that has more than it has itself (walsender.c,
  /// WalSndDone); a primary's receivers are given a while, for they are to have everything.
  private func isDoneButForReceivers(since begun: ContinuousClock.Instant) -> Bool {
    let waited = begun.duration(to: .now)
    guard waited > .seconds(2), let control = context.observer.controlData(until: context.deadline) else {
      return false
    }
    switch control.state {
    case .shutDownInRecovery: return true
    case .shutDown: return waited > .seconds(10)
    default: return false
    }
  }

  private func tellPostmaster(_ signal: Int32) throws(HostError) {
    guard let postmaster = context.observer.postmasterProcess() else { return }
    _ = try Processes.signal(postmaster, signal)
  }

  /// The postmaster first, so that it starts no more children.
  private func killAll() {
    if let postmaster = context.observer.postmasterProcess() {
      _ = try? Processes.signal(postmaster, SIGKILL)
    }
    for process in context.observer.serverProcesses() { _ = try? Processes.signal(process, SIGKILL) }
  }
}
