internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import Replication
internal import ReplicationActions

/// What every action has at hand.
struct Context: RejoiningContext, StorageContext {
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

  var observer: InstanceObserver { InstanceObserver(instance, run: run) }

  var dataDirectory: String { instance.pgdata }
  var copyByHand: String { "by pg_basebackup" }

  /// Whether what the instance is stored on takes writes: WAL may be on another file system than the rest.
  var storage: StorageWatch<Context> {
    let wal = instance.path("pg_wal")
    let directories = [instance.pgdata] + (Files.isSymbolicLink(wal) ? [wal] : [])
    return StorageWatch(
      self, directories, as: instance.user,
      limit: instance.values.duration(Declarations.frozenTimeout) ?? .seconds(30))
  }

  var values: ParameterValues { instance.values }

  /// Where a copy of the primary is made.
  var cloneDirectory: CloneDirectory {
    CloneDirectory(of: instance.pgdata, owner: instance.owner, log: log, until: deadline)
  }

  /// What goes on to bring this instance back.
  var rejoin: RejoinWatch<Context> {
    RejoinWatch(self, policy: instance.rejoinPolicy, environment: given)
  }

  /// What goes on to start its server after another node's promotion.
  var lateStart: LateStart<Context> { LateStart(self) }

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
    for parameter in Declarations.all { given[parameter.name] = environment[parameter.variable] }
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
    let replication = replicationConnection(facts.pidFile)
    try ServerSettings(instance: instance).set(
      primaryConnection: replication.string(to: upstream), slot: slot(at: upstream, replication),
      on: connection, until: deadline)
  }
}
