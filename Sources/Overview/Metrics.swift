internal import CIB
internal import OCF
internal import Replication

/// What Prometheus is told of a cluster (text format 0.0.4; names by its conventions).
public struct Metrics {
  private var lines: [String] = []

  /// - Parameter cluster: nil where it could not be asked.
  public init(_ cluster: ClusterOverview?) {
    gauge("martlet_up", "Whether the cluster could be asked on this node.", [([], cluster == nil ? 0 : 1)])
    guard let cluster else { return }
    let flags: [(String, String, Bool)] = [
      ("quorum", "Whether this partition of the cluster has quorum.", cluster.hasQuorum ?? false),
      ("fencing", "Whether lost nodes are fenced.", cluster.isFencingOn),
      ("maintenance", "Whether the whole cluster is left alone.", cluster.isInMaintenance),
    ]
    for (name, help, value) in flags { gauge("martlet_cluster_\(name)", help, [([], value ? 1 : 0)]) }
    gauge(
      "martlet_node_online", "Whether a node is a full member of the cluster.",
      cluster.nodes.map { ([("node", $0.name)], $0.availability == .online ? 1 : 0) })
    add(cluster.resources)
    add(cluster.resources.flatMap { database in database.instances.map { (database.id, $0) } })
  }

  /// For the collector of text files, or an exporter.
  public var text: String { lines.map { $0 + "\n" }.joined() }

  private mutating func add(_ databases: [ResourceOverview]) {
    gauge(
      "martlet_database_condition",
      "1 for the condition that a database is in: well, warning (needs a look), down (nobody can write).",
      databases.flatMap { database in
        Condition.allCases.map {
          ([("resource", database.id), ("condition", $0.rawValue)], database.decision.verdict == $0 ? 1 : 0)
        }
      })
    gauge(
      "martlet_database_primaries", "How many instances take writes.",
      databases.map { ([("resource", $0.id)], $0.primaries.count) })
    gauge(
      "martlet_database_successors", "How many instances could take over.",
      databases.map { ([("resource", $0.id)], $0.successors.count) })
    gauge(
      "martlet_database_lossless_failover",
      "Whether one could take over now without the loss of an acknowledged commit.",
      databases.map { ([("resource", $0.id)], $0.loss == .none ? 1 : 0) })
    gauge(
      "martlet_database_acknowledged_copies",
      "On how many nodes each acknowledged commit is at least; 0 where nothing is promised.",
      databases.map { ([("resource", $0.id)], $0.record?.copies ?? 0) })
    gauge(
      "martlet_database_maintenance", "Whether the cluster leaves a database alone.",
      databases.map { ([("resource", $0.id)], $0.isInMaintenance ? 1 : 0) })
  }

  private mutating func add(_ instances: [(String, InstanceOverview)]) {
    func labels(_ id: String, _ instance: InstanceOverview) -> [(String, String)] {
      [("resource", id), ("node", instance.node)]
    }
    gauge(
      "martlet_instance_info", "The role of an instance, and its agent's word for its state.",
      instances.map { (labels($0, $1) + [("role", $1.role.rawValue), ("state", $1.state ?? "")], 1) })
    gauge(
      "martlet_instance_running", "Whether an instance runs.",
      instances.map { (labels($0, $1), $1.isRunning ? 1 : 0) })
    gauge(
      "martlet_instance_degraded", "Whether an instance is degraded, or its last action failed.",
      instances.map { (labels($0, $1), $1.reason == nil ? 0 : 1) })
    gauge(
      "martlet_instance_failures", "How many failures the cluster counts.",
      instances.map { (labels($0, $1), $1.failures) })
    gauge(
      "martlet_instance_lag_bytes",
      "How far a copy is behind, in steps: 0 up to 1 MiB, then powers of two of it.",
      instances.compactMap { id, instance in instance.lagBytes.map { (labels(id, instance), $0) } })
    gauge(
      "martlet_instance_lag_seconds",
      "How far a copy is behind, in steps: 0 up to 4 s, then powers of two of it.",
      instances.compactMap { id, instance in instance.lagSeconds.map { (labels(id, instance), $0) } })
    gauge(
      "martlet_instance_promotion_score", "How much an instance wants to be promoted.",
      instances.compactMap { id, instance in instance.score.map { (labels(id, instance), $0.rawValue) } })
    gauge(
      "martlet_instance_changed_timestamp_seconds", "When an instance was started, promoted or demoted last.",
      instances.compactMap { id, instance in instance.since.map { (labels(id, instance), $0) } })
  }

  private mutating func gauge(
    _ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: Int)]
  ) {
    guard !samples.isEmpty else { return }
    lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge"]
    for (labels, value) in samples {
      let set = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
      lines.append("\(name)\(set.isEmpty ? "" : "{\(set)}") \(value)")
    }
  }

  private static func escaped(_ text: String) -> String {
    text.map { $0 == "\\" ? "\\\\" : $0 == "\"" ? "\\\"" : $0 == "\n" ? "\\n" : String($0) }.joined()
  }
}
