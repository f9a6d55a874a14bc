internal import CIB
internal import Glibc
package import Host
package import OCF
internal import Replication

/// A process that waits for the end of a server: the agent's own program, in a session of its own. It costs next to nothing while it
/// waits, and a crash, or a server that stands still, is told the cluster at once instead of found out by the next monitor.
/// With a lease it ends the server itself where the cluster is gone.
package struct Sentinel {
  /// The word by which the agent's program is told to be one; none of Pacemaker's actions.
  package static let word = "sentinel"

  private let run: RunDirectory

  /// That of an instance.
  package init(run: RunDirectory) { self.run = run }

  /// Pid and start time of the one that stands, and of its server, and what it stands for. Whoever is not named here has nothing to
  /// tell.
  private var file: String { run.file("sentinel") }

  /// Afterwards one stands by this very server.
  /// - Parameter environment: as Pacemaker gave it to the monitor.
  func post(by server: ProcessStatus, for duty: SentinelDuty, environment: [String: String])
    throws(HostError)
  {
    if let post = read(), post.server == server.identity, post.duty == duty.description, isGood(post.sentinel)
    {
      return
    }
    relieve()
    let command = Command(
      try OwnProgram.path(), [Self.word, server.identity, duty.description],
      environment: Self.lasting(environment), directory: "/")
    let child: Int32
    do throws(CommandError) {
      child = try command.launch(log: "/dev/null")
    } catch {
      throw HostError(reason: error.reason)
    }
    guard let sentinel = ProcessStatus.of(child) else {
      throw HostError(reason: "it ended at once")
    }
    do throws(HostError) {
      try Files.writeAtomically("\(sentinel.identity) \(server.identity) \(duty)\n", to: file, mode: 0o600)
    } catch {
      // Nobody would know of it, and each monitor would leave one more.
      _ = try? Processes.signal(sentinel, SIGKILL)
      throw error
    }
  }

  /// Of what Pacemaker gave a monitor, what holds for as long as that sentinel stands.
  private static func lasting(_ environment: [String: String]) -> [String: String] {
    OwnProgram.passed(environment).filter { !$0.key.hasPrefix("OCF_RESKEY_CRM_meta_notify_") }
  }

  /// Before the server is ended on purpose: nobody tells of it. What was being told has arrived: after the stop it would speak against
  /// a healthy server.
  package func relieve() {
    run.forgetMute()
    guard let post = read() else { return }
    try? Files.remove(file)
    guard let sentinel = ProcessStatus.identified(by: post.sentinel), sentinel.pid != currentProcess else {
      return
    }
    _ = try? Processes.signal(sentinel, SIGTERM)
    let patience = Deadline(after: .milliseconds(500))
    let limit = Deadline(after: .seconds(2))
    while !Processes.ofSession(sentinel.pid).isEmpty, !limit.isPast {
      // One that was stopped does not hear the other signal.
      if patience.isPast { _ = try? Processes.signal(sentinel, SIGKILL) }
      pause(.milliseconds(2), until: limit)
    }
  }

  /// As that process: until the server has ended, or stands still. Then what a monitor would do, and if that finds a failure the cluster is told.
  /// - Parameters:
  ///   - server: as it was told by the one who posted it.
  ///   - context: asked for only when there is something to do: the time begins that an action has. Not before a look at the lease,
  ///     for it touches the storage, which may be gone with the cable.
  ///   - monitor: what a monitor does.
  ///   - told: what follows when the cluster has been told.
  ///   - end: ends the server.
  package func stand<Context: ActionContext>(
    by server: String, for duty: SentinelDuty, _ invocation: Invocation, log: Log,
    in context: () -> Context,
    monitor: (Context) throws(OCFError) -> Outcome, told: (Context) -> Void,
    end: (Context) throws(OCFError) -> Outcome
  ) {
    guard let server = ProcessStatus.identified(by: server) else { return }
    var lease = duty.lease > .zero ? Lease(duty.lease) : nil
    var next = Deadline(after: lease?.interval ?? .seconds(600))
    var stillness = Stillness(of: server)
    var pulse = Pulse(of: server)
    while !Processes.waitForEnd(of: server, until: duty.tells ? next.earlier(Stillness.interval) : next) {
      if duty.tells, stillness.look() {
        guard isPosted else { return }
        report(context(), log, monitor: monitor, told: told)
      } else if duty.tells,
        pulse.look(hasEnded: { Processes.waitForEnd(of: server, until: Deadline(after: $0)) })
      {
        guard isPosted else { return }
        let isTold = report(
          context(), log, mute: pulse.switches.map { (server, $0) }, monitor: monitor, told: told)
        if !isTold { pulse.forget() }
      }
      guard next.isPast else { continue }
      guard isPosted else { return }
      next = Deadline(after: lease?.interval ?? .seconds(600))
      guard let limit = lease?.patience else { continue }
      let cluster = Cluster(invocation, log: log, deadline: Deadline(after: limit))
      guard let decision = lease?.look(cluster), decision.verdict == .end else { continue }
      let context = context()
      context.noteEnd(decision, duty)
      _ = AgentProgram.log(.stop, to: log) { () throws(OCFError) in try end(context) }
      // Whatever it could not do.
      if !Processes.waitForEnd(of: server, until: Deadline(after: .seconds(1))) {
        _ = try? Processes.signal(server, SIGKILL)
      }
      return
    }
    guard duty.tells, isPosted else { return }
    report(context(), log, monitor: monitor, told: told)
  }

  /// - Parameter mute: the server, where nobody but this process could find out what is wrong with it.
  @discardableResult
  private func report<Context: ActionContext>(
    _ context: Context, _ log: Log, mute: (ProcessStatus, UInt64)? = nil,
    monitor: (Context) throws(OCFError) -> Outcome, told: (Context) -> Void
  ) -> Bool {
    let isTold = context.reportFailure(self, mute: mute) {
      AgentProgram.log(.monitor, to: log) { () throws(OCFError) in try monitor(context) }
    }
    if isTold { told(context) }
    return isTold
  }

  /// This very process stands, and nobody has relieved it.
  var isPosted: Bool { ProcessStatus.of(currentProcess).map { read()?.sentinel == $0.identity } ?? false }

  private func read() -> (sentinel: String, server: String, duty: String)? {
    guard let owner = try? Files.owner(of: file), owner == geteuid(),
      let text = try? Files.readText(file, limit: 256)
    else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace).map { String($0) }
    guard let sentinel = words.first, let duty = words.last, words.count == 3 else { return nil }
    return (sentinel, words[1], duty)
  }

  /// It lives, and is the program of now: an update is to reach it, too.
  private func isGood(_ word: String) -> Bool {
    guard let sentinel = ProcessStatus.identified(by: word), !sentinel.isZombie else { return false }
    return sentinel.executable != nil && !sentinel.isReplaced
  }
}
