internal import Host
internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// What a primary promises of its commits, kept by monitors and whenever a replica comes or goes.
enum Durability {
  /// Goes on towards what the operator asks for, as far as it can be done now.
  static func keep(_ context: Context, _ memory: inout Memory) -> DurabilityFinding {
    DurabilityPerformer(context, SemiSync(context: context), context.instance.durability)
      .run(&memory, until: context.deadline.earlier(.seconds(8)))
  }

  /// Afterwards a server that becomes writable acknowledges only what the record is true of.
  static func begin(_ context: Context) throws(ConnectionError) {
    var memory = context.run.memory
    do throws(Unknown) {
      try DurabilityPerformer(context, SemiSync(context: context), context.instance.durability).begin(&memory)
    } catch {
      throw .unreachable("durability: \(error.reason)")
    }
    context.save(memory)
  }
}
