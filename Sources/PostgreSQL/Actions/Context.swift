internal import Host
internal import OCF
internal import PostgreSQLFacts

/// What every action has at hand.
struct Context {
  let invocation: Invocation
  /// What the parameters are read from: the environment, with the values of the start where those hold.
  let environment: [String: String]
  /// The environment as Pacemaker gave it.
  let given: [String: String]
  let instance: Instance
  let cluster: Cluster
  let run: RunDirectory
  let log: Log
  /// When the action must have answered: Pacemaker kills the agent, without a word, a little later.
  let deadline: Deadline

  var observer: InstanceObserver { InstanceObserver(instance) }

  /// The same with the parameters that Pacemaker gave now, if they are good and name the same data directory: with these
  /// it believes the instance to run once the action has succeeded.
  var withGivenParameters: Context {
    let values = ParameterValues(Declarations.all, environment: given)
    let renewed = Instance(name: instance.name, values: values)
    guard values.problems.isEmpty, renewed.pgdata == instance.pgdata, renewed.bindir != nil else {
      return self
    }
    return Context(
      invocation: invocation, environment: given, given: given, instance: renewed, cluster: cluster, run: run,
      log: log, deadline: deadline)
  }

  /// What the cluster believes of this instance: by the monitor's own role, else by what the last monitors saw.
  var expectedRole: InstanceRole? {
    if let role = invocation.expectedRole { return role }
    if invocation.isProbe { return nil }
    return run.memory["state"] == "primary" ? .promoted : .unpromoted
  }

  /// The parameters as they were given, to be kept at start.
  var startParameters: [String: String] {
    var given: [String: String] = [:]
    for parameter in Declarations.all { given[parameter.name] = environment["OCF_RESKEY_" + parameter.name] }
    return given
  }

  /// How this instance would connect to a primary, on the port that it listens on itself.
  func replicationConnection(_ pidFile: PostmasterPidFile?) -> ReplicationConnection {
    ReplicationConnection(
      instance: instance, port: instance.values.integer(Declarations.port) ?? pidFile?.port ?? 5432,
      applicationName: cluster.node ?? instance.name)
  }

  /// Makes the running standby follow `upstream`, or nobody, without a restart.
  func follow(_ upstream: Upstream?, _ facts: InstanceFacts) throws(ConnectionError) {
    let connection = try LocalServer(instance: instance, pidFile: facts.pidFile).connect(until: deadline)
    try ServerSettings(instance: instance).set(
      primaryConnection: replicationConnection(facts.pidFile).string(to: upstream), on: connection,
      until: deadline)
  }

  /// Keeps what is to be remembered; a node whose run directory is full still answers.
  func save(_ memory: Memory) {
    do throws(HostError) {
      try run.save(memory)
    } catch {
      log(.warning, error.reason)
    }
  }
}

extension Publisher {
  init(_ context: Context) { self.init(cluster: context.cluster, resource: context.invocation.instance) }
}

/// How an action ended: the exit code, and the line for the operator.
struct Outcome {
  let code: ExitCode
  /// Empty when there is nothing to say beyond the code.
  let reason: String
  /// The row that decided.
  let rule: String

  init(_ code: ExitCode, _ reason: String = "", rule: String = "") {
    self.code = code
    self.reason = reason
    self.rule = rule
  }

  init(_ decision: Decision<ExitCode>, reason: String) {
    self.init(decision.verdict, reason, rule: decision.rule)
  }
}
