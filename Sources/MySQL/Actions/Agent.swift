internal import Host
internal import MySQLFacts
internal import OCF
internal import ReplicationActions

/// `ocf:martlet:mysql`, from the arguments to the exit code.
public enum MySQLAgent {
  /// Runs one action and returns the exit code; the reason is on standard error and in the log by then.
  public static func main(_ arguments: [String], environment: () -> [String: String]) -> Int32 {
    AgentProgram.main(
      arguments, Declarations.agent, environment: environment,
      work: { task, environment in
        Agent(environment: environment).work(task)
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
    // A wrong directory is none: what is in the usual one may be another's. All but stop is the operator's to mend.
    if context.instance.datadir.isEmpty, let problem = context.instance.values.problems.first, action != .stop
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

  /// What the agent's program does as a worker: nobody waits for it, and it takes the time that it needs.
  func work(_ task: RejoinWorker.Task) {
    let context = context(for: .monitor).with(deadline: Deadline(after: .seconds(30 * 86_400)))
    let directory = StateDirectory(instance: invocation.instance)
    do throws(HostError) {
      guard let lock = try RejoinWorker(task, run: context.run, directory: directory).lock() else { return }
      withExtendedLifetime(lock) {
        switch task {
        case .rejoin: _ = RejoinRun(GTIDRejoiner(context: context), directory: directory, log: log).run()
        case .copy: CopyDonor(context: context).send()
        }
      }
    } catch {
      log(.error, "\(context.instance.datadir): \(task.word): \(error.reason)")
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
    case .validateAll: return try validate(context)
    case .metaData: return Outcome(.success)
    }
  }

  /// Names everything that is wrong in the log, and one in the exit reason.
  private func validate(_ context: Context) throws(OCFError) -> Outcome {
    let level = invocation.checkLevel
    var problems = Validation(context: context).problems(level: level)
    var verdict = "the parameters are good"
    if level >= 10, problems.isEmpty {
      let server = ServerValidation(context: context).judge()
      problems = server.problems
      verdict = server.omission ?? "the parameters, the accounts and the settings are good"
    }
    for problem in problems.dropFirst() { log(.error, "validate-all: \(problem.reason)") }
    if let first = problems.first { throw first }
    return Outcome(.success, verdict)
  }

  private var runDirectory: RunDirectory {
    RunDirectory(agent: Declarations.agent.name, instance: invocation.instance, environment: environment)
  }

  /// A running instance is judged by the parameters that it was started with: after a change Pacemaker passes the new
  /// ones to demote and notify, before stop and start make them true.
  private func context(for action: Action) -> Context {
    let run = runDirectory
    let started = run.startParameters
    var parameters = environment
    var instance = self.instance(environment, started)
    let takesNew = action == .start || action == .validateAll || action == .reloadAgent
    if !takesNew, let started {
      var former = environment
      for parameter in Declarations.all { former[parameter.variable] = started[parameter.name] }
      let running = self.instance(former, started)
      // A resource that was deleted unmanaged and made anew with another directory finds a note that says nothing now.
      if running.datadir == instance.datadir || isRunning(running, run) {
        parameters = former
        instance = running
      }
    }
    return context(instance, parameters, run)
  }

  private func instance(_ environment: [String: String], _ started: [String: String]?) -> Instance {
    Instance(
      name: invocation.instance, values: ParameterValues(Declarations.all, environment: environment),
      kept: KeptConfiguration(started ?? [:]))
  }

  private func isRunning(_ instance: Instance, _ run: RunDirectory) -> Bool {
    context(instance, environment, run).observer.serverProcess() != nil
  }

  private func context(_ instance: Instance, _ parameters: [String: String], _ run: RunDirectory) -> Context {
    let deadline = AgentProgram.deadline(invocation)
    return Context(
      invocation: invocation, environment: parameters, given: environment, instance: instance,
      cluster: Cluster(invocation, log: log, deadline: deadline), run: run, log: log, deadline: deadline)
  }
}
