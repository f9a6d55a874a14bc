internal import Host
internal import MySQLFacts
internal import OCF
internal import ReplicationActions

// A server that the agent did not start has options that nobody kept; and the agent switches the source side off where it
// is no primary, after which nothing but this tells that it had been on.
extension Context {
  /// The source side was on where it had to be switched off.
  func noteSemiSync(_ memory: inout Memory) {
    if !instance.kept.isKnown { memory["semi-sync"] = "1" }
  }

  /// Whether a primary is to wait for acknowledgements, by the server's own configuration.
  var wantsSemiSync: Bool {
    if instance.kept.isKnown { return instance.kept.wantsSemiSync }
    if run.memory["semi-sync"] == "1" { return true }
    do throws(ServerProgram.Problem) {
      return try ServerProgram(self).configuration().wantsSemiSync
    } catch {
      log(.warning, "\(error.reason); semi-synchronous replication stays off")
      return false
    }
  }
}
