internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import ReplicationActions

/// What every action has at hand.
struct Context: ActionContext {
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

  /// What goes on to bring this instance back.
  var rejoin: RejoinWatch<Context> {
    RejoinWatch(self, policy: instance.rejoinPolicy, environment: given)
  }

  /// The same with another time limit: for a part of it, or for a worker, which nobody waits for.
  func with(deadline: Deadline) -> Context {
    Context(
      invocation: invocation, environment: environment, given: given, instance: instance, cluster: cluster,
      run: run, log: log, deadline: deadline)
  }

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
    if upstream != nil { withdrawVote() }
    try ServerSettings(instance: instance).set(
      primaryConnection: replicationConnection(facts.pidFile).string(to: upstream), on: connection,
      until: deadline)
  }
}
