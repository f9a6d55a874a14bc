internal import CIB
internal import Host
internal import OCF
internal import Replication

/// How long a primary goes on without a quorate cluster, for sites whose fencing can fail: what the others do after they have lost
/// this node they do without its consent, and where it could not be fenced they wait for it.
struct Lease {
  private let length: Duration
  private var quorateAt = ContinuousClock.now
  private let stored: () -> [UInt8]?

  /// It begins now: a monitor of the cluster's has just looked.
  /// - Parameter stored: the CIB as it was last written to the disk.
  init(_ length: Duration, stored: @escaping () -> [UInt8]? = { ClusterTools.storedCIB() }) {
    self.length = length
    self.stored = stored
  }

  /// How often it has to be looked at.
  var interval: Duration { length / 4 }

  /// How long one look may take.
  var patience: Duration { min(interval, .seconds(5)) }

  /// Looks once. An answer that does not come is none.
  /// - Parameter cluster: with a time limit for what is asked of it.
  mutating func look(_ cluster: Cluster) -> Decision<LeaseStep> {
    var facts = LeaseFacts(lease: length)
    if let tools = cluster.tools {
      facts.hasQuorum = hasQuorum(tools)
      if facts.hasQuorum != true, let node = tools.node {
        let state = cluster.state() ?? stored().flatMap { bytes in try? ClusterState.parse(bytes) }
        facts.isManaged = state?.isManaged(cluster.instance, on: node)
      }
    }
    facts.withoutQuorum = quorateAt.duration(to: .now)
    let decision = leaseRules.decide(facts)
    if decision.verdict == .renew { quorateAt = .now }
    return decision
  }

  /// Both must say so: what the controller says is what it heard last, and Corosync does not know whether there is one.
  private func hasQuorum(_ tools: ClusterTools) -> Bool? {
    guard let controller = try? tools.hasQuorum() else { return nil }
    guard controller else { return false }
    do throws(CommandError) {
      return try tools.hasQuorumInCorosync() ?? true
    } catch {
      return nil
    }
  }
}
