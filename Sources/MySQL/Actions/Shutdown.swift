internal import Glibc
internal import Host
internal import MySQLFacts
internal import MySQLRules
internal import OCF
internal import Replication
internal import ReplicationActions

/// Ends the server, step by step, within a deadline.
struct Shutdown {
  let context: Context

  /// Afterwards no process of the instance is left, nor a zombie that a new server would stumble over; or the error says so.
  /// Returns how the server ended.
  func perform(_ facts: InstanceFacts, hasFailed: Bool) throws(OCFError) -> ShutdownRung.Mode? {
    Sentinel(run: context.run).relieve()
    var facts = facts
    facts.isStorageHung = context.run.memory.isStorageHung
    let total = context.deadline.remaining
    var last: ShutdownRung.Mode?
    for rung in shutdownLadder(facts, hasFailed: hasFailed) {
      var limit = context.deadline.earlier(total * rung.share / 1000)
      if facts.isStorageHung { limit = limit.earlier(patienceWithHung) }
      if let last {
        context.log(
          .warning,
          "\(context.instance.datadir): not down after \(last.rawValue) shutdown, \(rung.mode.rawValue) follows"
        )
      }
      if rung.mode == .orderly, !endSessions(until: limit.earlier(total / 5)) {
        context.log(
          .warning,
          "\(context.instance.datadir): SIGKILL, for SIGTERM would tell clients that commits succeeded which no replica has"
        )
        continue
      }
      last = rung.mode
      if end(rung.mode, until: limit) { return rung.mode }
    }
    guard let left = context.observer.serverProcess() else { return last }
    throw OCFError(
      .genericError,
      "\(context.instance.datadir): process \(left.pid) is left after SIGKILL, in state \(left.state); needs a look at what it waits for"
    )
  }

  /// Before SIGTERM: MySQL, told to end, tells a client whose commit waits for an acknowledgement that it succeeded, while no
  /// replica has it. Returns whether nobody can be told that any more.
  private func endSessions(until deadline: Deadline) -> Bool {
    do throws(ConnectionError) {
      let connection = try LocalServer(context.instance, process: context.observer.serverProcess()?.pid)
        .connect(until: deadline)
      let barrier = WriteBarrier(context: context, connection: connection)
      try barrier.close(until: deadline)
      // MariaDB has no door to close: others may have come meanwhile.
      guard Dialect(connection.version).isMariaDB else { return true }
      return try !barrier.isSemiSync(until: deadline)
    } catch {
      context.log(
        .warning, "\(context.instance.datadir): its sessions cannot be ended first: \(error.reason)")
      return context.instance.durability.policy == .async && !context.instance.kept.mayWantSemiSync
    }
  }

  private func end(_ mode: ShutdownRung.Mode, until deadline: Deadline) -> Bool {
    var isTold = false
    while let server = context.observer.serverProcess() {
      if mode == .kill || !isTold {
        do throws(HostError) {
          isTold = try Processes.signal(server, mode == .kill ? SIGKILL : SIGTERM)
        } catch {
          context.log(.warning, "\(context.instance.datadir): \(error.reason)")
        }
      }
      if deadline.isPast { return false }
      if Processes.waitForEnd(of: server, until: deadline.earlier(.milliseconds(500))) {
        waitUntilReaped(server)
      }
    }
    return true
  }

  /// A server that starts finds the socket's lock file, and in it a pid that still exists as a zombie, and gives up
  /// (MY-010259).
  private func waitUntilReaped(_ server: ProcessStatus) {
    let deadline = context.deadline.earlier(.seconds(5))
    while ProcessStatus.of(server.pid)?.startTime == server.startTime, !deadline.isPast {
      pause(.milliseconds(2), until: deadline)
    }
  }
}
