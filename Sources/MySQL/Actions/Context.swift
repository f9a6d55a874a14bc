internal import Host
internal import MySQLFacts
internal import OCF
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
  let deadline: Deadline

  var observer: InstanceObserver { InstanceObserver(context: self) }

  /// The parameters as they were given, to be kept at start.
  var startParameters: [String: String] {
    var given: [String: String] = [:]
    for parameter in Declarations.all { given[parameter.name] = environment["OCF_RESKEY_" + parameter.name] }
    return given
  }

  /// A connection to the server on this node.
  func connect() throws(ConnectionError) -> Connection {
    try LocalServer(instance, process: observer.serverProcess()?.pid).connect(until: deadline)
  }
}
