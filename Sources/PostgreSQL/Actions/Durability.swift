internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import Replication
internal import ReplicationActions

/// What a primary promises of its commits, kept by monitors and whenever a standby comes or goes.
enum Durability {
  /// Goes on towards what the operator asks for, as far as it can be done now.
  static func keep(_ context: Context, _ facts: InstanceFacts, _ memory: inout Memory) -> DurabilityFinding {
    DurabilityPerformer(context, SynchronousStandbys(context, facts), context.instance.durability)
      .run(&memory, until: context.deadline.earlier(.seconds(8)))
  }

  /// Afterwards a server that becomes writable acknowledges only what the record is true of.
  static func begin(_ context: Context, _ facts: InstanceFacts) throws(OCFError) {
    var memory = context.run.memory
    do throws(Unknown) {
      try DurabilityPerformer(context, SynchronousStandbys(context, facts), context.instance.durability)
        .begin(&memory)
    } catch {
      throw OCFError(
        .genericError, "\(context.instance.pgdata): promotion refused: durability: \(error.reason)")
    }
    context.save(memory)
  }
}
