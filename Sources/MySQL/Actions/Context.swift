internal import Host
internal import MySQLFacts
internal import OCF
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
  let deadline: Deadline

  var dataDirectory: String { instance.datadir }
  var copyByHand: String { "of the primary" }

  /// Whether what the instance is stored on takes writes.
  var storage: StorageWatch<Context> {
    StorageWatch(
      self, [instance.datadir], as: instance.user,
      limit: instance.values.duration(Declarations.frozenTimeout) ?? .seconds(30))
  }

  var values: ParameterValues { instance.values }

  /// Where a copy of the primary is made: in a directory that the server makes itself.
  var cloneDirectory: CloneDirectory {
    CloneDirectory(
      of: instance.datadir, owner: instance.owner, isMadeByServer: true, log: log, until: deadline)
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
      invocation: invocation, environment: environment, given: given, instance: instance,
      cluster: cluster.with(deadline: deadline), run: run, log: log, deadline: deadline)
  }

  var observer: InstanceObserver { InstanceObserver(context: self) }

  /// The parameters as they were given, to be kept at start.
  var startParameters: [String: String] {
    var given: [String: String] = [:]
    for parameter in Declarations.all { given[parameter.name] = environment[parameter.variable] }
    return given
  }

  /// A connection to the server on this node.
  /// - Parameter limit: how long one statement may take; nil for `query_timeout`.
  func connect(within limit: Duration? = nil) throws(ConnectionError) -> Connection {
    try LocalServer(instance, process: observer.serverProcess()?.pid).connect(
      within: limit ?? instance.queryLimit, until: deadline)
  }
}
