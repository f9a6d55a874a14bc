internal import Glibc
internal import Host
internal import OCF
internal import PostgreSQLFacts

/// `ocf:martlet:postgresql`, from the arguments to the exit code.
public enum PostgreSQLAgent {
  /// Runs one action and returns the exit code; the reason is on standard error and in the log by then.
  public static func main(_ arguments: [String], environment: () -> [String: String]) -> Int32 {
    prepareProcess()
    let program = arguments.first ?? "postgresql"
    guard arguments.count > 1 else {
      printError("\(program): no action given; needs one of \(actionNames)")
      return ExitCode.invalidArguments.rawValue
    }
    let word = arguments[1]
    if ["--help", "-h", "help", "usage"].contains(word) {
      printOutput(Declarations.agent.help(program: program))
      return ExitCode.success.rawValue
    }
    if word == "--version" {
      printOutput("martlet \(Declarations.version)\n")
      return ExitCode.success.rawValue
    }
    if word == Action.metaData.rawValue {
      printOutput(Declarations.agent.xml)
      return ExitCode.success.rawValue
    }
    let environment = environment()
    guard let action = Action(rawValue: word) else {
      let reason = ExitReason(
        "there is no action \(word); needs one of \(actionNames)", environment: environment)
      printError(reason.line)
      return ExitCode.unimplemented.rawValue
    }
    let outcome = Agent(environment: environment).run(action)
    if outcome.code != .success, outcome.code != .runningPromoted, !outcome.reason.isEmpty {
      printError(ExitReason(outcome.reason, environment: environment).line)
    }
    return outcome.code.rawValue
  }

  private static var actionNames: String { Action.allCases.map(\.rawValue).joined(separator: ", ") }

  private static func printOutput(_ text: String) { write(text, to: STDOUT_FILENO) }

  private static func printError(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
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
    log = Log(agent: "postgresql", instance: invocation.instance, environment: environment)
  }

  func run(_ action: Action) -> Outcome {
    if let version = invocation.unsupportedVersion {
      return Outcome(
        .notConfigured, "the caller speaks version \(version) of the OCF Resource Agent API; needs 1")
    }
    if geteuid() != 0, action != .validateAll {
      return Outcome(
        .insufficientPrivileges, "\(action.rawValue): is run as user id \(geteuid()); needs root")
    }
    let context = context(for: action)
    // Of what it does not know it has started nothing, so there is nothing to stop; all else is the operator's to mend.
    if context.instance.pgdata.isEmpty, let problem = context.instance.values.problems.first, action != .stop
    {
      return Outcome(problem.code, problem.reason)
    }
    do throws(OCFError) {
      let outcome = try perform(action, context)
      if action != .monitor, action != .notify, !outcome.reason.isEmpty { log(.info, outcome.reason) }
      return outcome
    } catch {
      log(.error, "\(action.rawValue): \(error.reason)")
      return Outcome(error.code, error.reason)
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
    case .reloadAgent: return try ReloadAction(context: context).run()
    case .validateAll:
      if let problem = Validation(context: context).problems(level: invocation.checkLevel).first {
        throw problem
      }
      return Outcome(.success, "the parameters are good")
    case .metaData: return Outcome(.success)
    }
  }

  /// A running instance is judged by the parameters that it was started with: after a change Pacemaker passes the new
  /// ones to demote and notify, before stop and start make them true.
  private func context(for action: Action) -> Context {
    // Time for the answer itself: Pacemaker kills the whole process group at the timeout.
    let margin = min(Duration.seconds(2), invocation.timeout / 10)
    let deadline = Deadline(after: invocation.timeout - margin)
    let run = RunDirectory(instance: invocation.instance, environment: environment)
    var parameters = environment
    let takesNew = action == .start || action == .validateAll || action == .reloadAgent
    var instance = Instance(
      name: invocation.instance, values: ParameterValues(Declarations.all, environment: parameters))
    if !takesNew, let started = run.startParameters {
      var former = environment
      for parameter in Declarations.all { former["OCF_RESKEY_" + parameter.name] = started[parameter.name] }
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
