internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// An election by the transactions that the nodes have: executed, and received but not yet executed.
struct GTIDElector: Elector {
  let context: Context
  /// What the last look found; the position is asked anew.
  let facts: InstanceFacts

  var object: String { context.instance.datadir }
  var substance: String { "transactions" }
  var durability: DurabilityWish { context.instance.durability }
  var electionTimeout: Duration {
    context.instance.values.duration(Declarations.electionTimeout) ?? .seconds(5)
  }

  func abstention(candidate: String?) -> String? {
    guard let answer = facts.answer else { return "the server does not answer" }
    if candidate == context.cluster.node { return nil }
    if let held = HeldMarker(instance: context.invocation.instance).kind, held != .leftBehind {
      return held.rawValue
    }
    if let stray = facts.strayTransactions { return "it wrote \(stray.short) itself while it was a replica" }
    return answer.obstacles.first { $0 != .delayed }?.rawValue
  }

  func reservation(candidate: String?) -> String? {
    if candidate == context.cluster.node { return nil }
    if context.run.memory["surplus"] != nil {
      return "the last of what it has, nobody was told of"
    }
    if context.run.memory.failedAsPrimary, context.instance.crashPolicy == .failover {
      return "it is the primary that crashed, and on_crash is failover"
    }
    return nil
  }

  func lagging(candidate: String?) -> String? {
    if candidate == context.cluster.node { return nil }
    return HeldMarker(instance: context.invocation.instance).kind == .leftBehind
      ? "it had lost the last primary before the cluster did" : nil
  }

  func ownHistory() throws(Unknown) -> GTIDPosition {
    do throws(ConnectionError) {
      let vote = try context.connect().look(until: context.deadline).vote
      return context.run.memory.owed.map { vote.merging($0) } ?? vote
    } catch {
      throw Unknown(error.reason)
    }
  }

  func receive(from upstream: Upstream) throws(Unknown) {
    do throws(ConnectionError) {
      let connection = try context.connect()
      let answer = try connection.look(until: context.deadline)
      let follow = ReplicaFollow(context: context, connection: connection)
      switch try follow.follow(upstream, answer, mustBePrimary: false) {
      case .follows: return
      case .refused(.primaryUnreachable(let why)), .refused(.primaryDown(let why)),
        .refused(.diverged(let why)),
        .refused(.foreign(let why)):
        throw ConnectionError.unreachable(why)
      case .refused(.notCompared), .refused(.follows):
        throw ConnectionError.unreachable("\(upstream.node) could not be compared")
      case .undrained(let why): throw ConnectionError.unreachable(why)
      }
    } catch {
      throw Unknown(error.reason)
    }
  }
}
