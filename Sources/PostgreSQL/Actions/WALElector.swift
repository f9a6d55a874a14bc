internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import Replication
internal import ReplicationActions

/// An election by how far the nodes' WAL reaches.
struct WALElector: Elector {
  let context: Context
  /// What the last look found; the position is asked anew.
  let facts: InstanceFacts

  var object: String { context.instance.pgdata }
  var substance: String { "WAL" }
  var durability: DurabilityWish { context.instance.durability }
  var electionTimeout: Duration {
    context.instance.values.duration(Declarations.electionTimeout) ?? .seconds(5)
  }

  func abstention(candidate: String?) -> String? {
    guard facts.answer != nil else { return "the server does not answer" }
    if candidate == context.cluster.node { return nil }
    let held = HeldMarker(instance: context.invocation.instance).kind
    return held == .leftBehind ? nil : held?.rawValue
  }

  func reservation(candidate: String?) -> String? {
    if candidate == context.cluster.node { return nil }
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

  func ownHistory() throws(Unknown) -> WALPosition {
    do throws(ConnectionError) {
      return try PositionObserver(instance: context.instance).observe(facts, until: context.deadline).position
    } catch {
      throw Unknown(error.reason)
    }
  }

  func receive(from upstream: Upstream) throws(Unknown) {
    do throws(ConnectionError) {
      try context.follow(upstream, facts)
    } catch {
      throw Unknown(error.reason)
    }
  }
}
