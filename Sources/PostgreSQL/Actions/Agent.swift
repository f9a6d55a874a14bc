internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import ReplicationActions

/// `ocf:martlet:postgresql`, from the arguments to the exit code.
public enum PostgreSQLAgent {
  /// Runs one action and returns the exit code; the reason is on standard error and in the log by then.
  public static func main(_ arguments: [String], environment: () -> [String: String]) -> Int32 {
    AgentProgram.main(
      arguments, Declarations.agent, environment: environment,
      work: { task, environment in
        if task == .rejoin { Agent(environment: environment).bringBack() }
      },
      stand: { server, duty, environment in Agent(environment: environment).stand(by: server, for: duty) }
    ) { action, environment in
      Agent(environment: environment).run(action)
    }
  }
}

/// One invocation, past the actions that look at nothing.
struct Agent {
  private let invocation: Invocation
  private let environment: [String: String]
  private let log: Log

  init(environment: [String: String]) {
    self.environment = environment
    invocation = Invocation(environment: environment)
    log = Log(agent: Declarations.agent.name, instance: invocation.instance, environment: environment)
  }

  func run(_ action: Action) -> Outcome {
    if let objection = AgentProgram.objection(to: action, invocation) { return objection }
    let context = action == .monitor ? monitored() : context(for: action)
    // Of what it does not know it has started nothing, so there is nothing to stop; all else is the operator's to mend.
    if context.instance.pgdata.isEmpty, let problem = context.instance.values.problems.first, action != .stop
    {
      return Outcome(problem.code, problem.reason)
    }
    return AgentProgram.log(action, to: log) { () throws(OCFError) in try perform(action, context) }
  }

  /// What a monitor looks at, by the parameters of now as far as a running instance can take them.
  private func monitored() -> Context {
    let former = context(for: .monitor)
    guard former.missesReload(Declarations.all, holding: former.environment, given: environment) else {
      return former
    }
    let renewed = context(for: .reloadAgent)
    let problem = Validation(context: renewed).problems(level: 0).first
    let isTaken = renewed.takeMissed(Declarations.all, from: renewed.startParameters, problem: problem)
    return isTaken ? context(for: .monitor) : former
  }

  /// What the agent's program does as a rejoin worker: nobody waits for it, and it takes the time that it needs.
  func bringBack() {
    let context = context(for: .monitor, within: .seconds(30 * 86_400))
    let directory = StateDirectory(instance: invocation.instance)
    do throws(HostError) {
      guard let lock = try RejoinWorker(run: context.run, directory: directory).lock() else { return }
      withExtendedLifetime(lock) {
        _ = RejoinRun(WALRejoiner(context: context), directory: directory, log: log).run()
      }
    } catch {
      log(.error, "\(context.instance.pgdata): rejoin: \(error.reason)")
    }
  }

  /// What the agent's program does as a sentinel: nothing, until the server ends or its lease is over.
  func stand(by server: String, for duty: SentinelDuty) {
    Sentinel(run: runDirectory).stand(by: server, for: duty, invocation, log: log) {
      // By the parameters that hold: those of the monitor that posted it may be old.
      context(for: .monitor)
    } monitor: { context throws(OCFError) in
      MonitorAction(context: context, isSentinel: true).run()
    } told: { context in
      context.makeRoom(by: context.instance.crashPolicy)
    } end: { context throws(OCFError) in
      _ = try Shutdown(context: context).perform(context.observer.observeProcesses(), hasFailed: false)
      return Outcome(.success, "\(context.dataDirectory): stopped, its lease is over")
    }
  }

  private func perform(_ action: Action, _ context: Context) throws(OCFError) -> Outcome {
    switch action {
    case .start: return try StartAction(context: context).run()
    case .stop: return try StopAction(context: context).run()
    case .monitor: return MonitorAction(context: context).run()
    case .promote: return try PromoteAction(context: context).run()
    case .demote: return try DemoteAction(context: context).run()
    case .notify: return NotifyAction(context: context).run()
    case .reloadAgent:
      return try context.takeReloadable(
        Declarations.all, from: context.startParameters,
        problem: Validation(context: context).problems(level: 0).first)
    case .validateAll:
      if let problem = Validation(context: context).problems(level: invocation.checkLevel).first {
        throw problem
      }
      return Outcome(.success, "the parameters are good")
    case .metaData: return Outcome(.success)
    }
  }

  private var runDirectory: RunDirectory {
    RunDirectory(agent: Declarations.agent.name, instance: invocation.instance, environment: environment)
  }

  /// A running instance is judged by the parameters that it was started with: after a change Pacemaker passes the new
  /// ones to demote and notify, before stop and start make them true.
  private func context(for action: Action, within limit: Duration? = nil) -> Context {
    let deadline = limit.map { Deadline(after: $0) } ?? AgentProgram.deadline(invocation)
    let run = runDirectory
    var parameters = environment
    let takesNew = action == .start || action == .validateAll || action == .reloadAgent
    var instance = Instance(
      name: invocation.instance, values: ParameterValues(Declarations.all, environment: parameters))
    if !takesNew, let started = run.startParameters {
      var former = environment
      for parameter in Declarations.all { former[parameter.variable] = started[parameter.name] }
      let running = Instance(
        name: invocation.instance, values: ParameterValues(Declarations.all, environment: former))
      // A resource that was deleted unmanaged and made anew with another directory finds a note that says nothing now.
      if running.pgdata == instance.pgdata
        || InstanceObserver(running).observeProcesses().postmaster != .absent
      {
        parameters = former
        instance = running
      }
    }
    return Context(
      invocation: invocation, environment: parameters, given: environment, instance: instance,
      cluster: Cluster(invocation, log: log, deadline: deadline), run: run, log: log, deadline: deadline)
  }
}
