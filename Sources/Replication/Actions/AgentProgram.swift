internal import Glibc
package import Host
package import OCF

/// An agent from the arguments to the exit code, whatever database it is for.
package enum AgentProgram {
  /// Runs one action and returns the exit code; the reason is on standard error and in the log by then.
  /// - Parameters:
  ///   - work: what the program does when the agent runs it itself, as a worker.
  ///   - stand: what it does as a sentinel, by which server, and for what.
  ///   - perform: the actions that look at something.
  package static func main(
    _ arguments: [String], _ description: AgentDescription, environment: () -> [String: String],
    work: ((RejoinWorker.Task, [String: String]) -> Void)? = nil,
    stand: ((String, SentinelDuty, [String: String]) -> Void)? = nil,
    perform: (Action, [String: String]) -> Outcome
  ) -> Int32 {
    prepareProcess()
    let program = arguments.first ?? description.name
    guard arguments.count > 1 else {
      printError("\(program): no action given; needs one of \(actionNames)")
      return ExitCode.invalidArguments.rawValue
    }
    let word = arguments[1]
    if ["--help", "-h", "help", "usage"].contains(word) {
      printOutput(description.help(program: program))
      return ExitCode.success.rawValue
    }
    if word == "--version" {
      printOutput("martlet \(description.version)\n")
      return ExitCode.success.rawValue
    }
    if word == Action.metaData.rawValue {
      printOutput(description.xml)
      return ExitCode.success.rawValue
    }
    if word == Knock.word { return Knock.answer(arguments.dropFirst(2)) }
    if word == StorageTrial.word { return tryStorage(arguments.dropFirst(2)) }
    let environment = environment()
    if let work, let task = RejoinWorker.Task.allCases.first(where: { $0.word == word }), geteuid() == 0 {
      work(task, environment)
      return ExitCode.success.rawValue
    }
    let rest = arguments.dropFirst(2)
    if word == Sentinel.word, let stand, let server = rest.first,
      let duty = rest.last.flatMap({ SentinelDuty($0) }),
      geteuid() == 0
    {
      stand(server, duty, environment)
      return ExitCode.success.rawValue
    }
    guard let action = Action(rawValue: word) else {
      let reason = ExitReason(
        "there is no action \(word); needs one of \(actionNames)", environment: environment)
      printError(reason.line)
      return ExitCode.unimplemented.rawValue
    }
    let outcome = perform(action, environment)
    if outcome.code != .success, outcome.code != .runningPromoted, !outcome.reason.isEmpty {
      printError(ExitReason(outcome.reason, environment: environment).line)
    }
    // Who asks by hand wants to know what was looked at, and what was not.
    if action == .validateAll, outcome.code == .success { printOutput("\(outcome.reason)\n") }
    return outcome.code.rawValue
  }

  /// As the child of a monitor: the first answer that is not good, else that all are.
  private static func tryStorage(_ arguments: ArraySlice<String>) -> Int32 {
    guard let name = arguments.first, let user = try? User.named(name) else {
      return ExitCode.invalidArguments.rawValue
    }
    let answers = arguments.dropFirst().map { StorageTrial.run(in: $0, as: user) }
    printOutput((answers.first { $0 != "sound" } ?? "sound") + "\n")
    return ExitCode.success.rawValue
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

  /// Why no action at all may be run; nil if one may.
  package static func objection(to action: Action, _ invocation: Invocation) -> Outcome? {
    if let version = invocation.unsupportedVersion {
      return Outcome(
        .notConfigured, "the caller speaks version \(version) of the OCF Resource Agent API; needs 1")
    }
    if geteuid() != 0, action != .validateAll {
      return Outcome(
        .insufficientPrivileges, "\(action.rawValue): is run as user id \(geteuid()); needs root")
    }
    return nil
  }

  /// Runs `body`; what it did, or why it could not, is in the log.
  package static func log(_ action: Action, to log: Log, _ body: () throws(OCFError) -> Outcome) -> Outcome {
    do throws(OCFError) {
      let outcome = try body()
      if action != .monitor, action != .notify, !outcome.reason.isEmpty { log(.info, outcome.reason) }
      return outcome
    } catch {
      log(.error, "\(action.rawValue): \(error.reason)")
      return Outcome(error.code, error.reason)
    }
  }

  /// When an action must have answered: Pacemaker kills the whole process group at the timeout.
  package static func deadline(_ invocation: Invocation) -> Deadline {
    let margin = min(Duration.seconds(2), invocation.timeout / 10)
    return Deadline(after: invocation.timeout - margin)
  }
}
