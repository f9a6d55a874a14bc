public import OCF

/// The parameters that mean the same for every database.
public enum SharedParameters {
  /// How many nodes must have a commit.
  public static let durability = Parameter(
    "durability", .choice(DurabilityPolicy.allCases.map(\.rawValue)), default: "async", reloadable: true,
    title: "How many nodes must have a commit before it is acknowledged",
    text: """
      async: what the server's own configuration says; the agent does not touch it. quorum: as many standbys as acknowledgements \
      says, fewer when the others are gone. strict: as many as acknowledgements says, and no commit is acknowledged while fewer are \
      there. With quorum and strict the agent owns the server's settings for this, keeps what was promised in the cluster option \
      RESOURCE-durability, and a node is promoted only if nothing acknowledged can be missing there.
      """)
  /// By how many standbys.
  public static let acknowledgements = Parameter(
    "acknowledgements", .integer(1...8), default: "1", reloadable: true,
    title: "How many standbys must have a commit",
    text:
      "With durability=quorum or strict: how many standbys must have a commit before the client is told that it is done."
  )
  /// How long missing standbys are waited for.
  public static let acknowledgementTimeout = Parameter(
    "acknowledgement_timeout", .duration(.seconds(1)...(.seconds(86_400))), default: "10s", reloadable: true,
    title: "How long commits wait for standbys that are missing",
    text: """
      With durability=quorum: how long the primary's commits wait for standbys that do not stream, before fewer acknowledgements are \
      asked for. Standbys that the cluster knows to be down are not waited for. Looked at by each monitor.
      """)

  /// Whether a planned switchover is checked.
  public static let preflight = Parameter(
    "preflight", .boolean, default: "true", reloadable: true,
    title: "Whether a planned switchover is checked before the primary is touched",
    text: """
      Before a healthy primary is demoted for a node that was chosen (crm_resource --move), that node must receive, apply and be no \
      further behind than switchover_limit, settings must agree, and no transaction may have been writing for longer than that; else the \
      move is refused, the primary stays, and RESOURCE-switchover says why. false: it is moved all the same.
      """)
  /// How long a planned switchover may take.
  public static let switchoverLimit = Parameter(
    "switchover_limit", .duration(.seconds(1)...(.seconds(86_400))), default: "30s", reloadable: true,
    title: "How far behind, and how long in a transaction, a planned switchover allows",
    text:
      "With preflight=true: a node further behind is not moved to, and a transaction that has been writing for longer is not cut off."
  )

  /// What follows when a primary's storage takes no writes.
  public static let onSick = Parameter(
    "on_sick", .choice(SickPolicy.allCases.map(\.rawValue)), default: "stay", reloadable: true,
    title: "What to do when the storage of the primary takes no writes",
    text: """
      Once a minute, and when the server does not answer, a process of its own writes a megabyte where the server writes, and the \
      state is sick when that fails (full, read-only, failing) or does not end within frozen_timeout (hung). stay: the primary stays, \
      and says so. failover: another node is promoted, if one receives all that this one commits. A standby is promoted last while it \
      is sick.
      """)

  /// What follows when all connections of a primary are taken.
  public static let onFull = Parameter(
    "on_full", .choice(FullPolicy.allCases.map(\.rawValue)), default: "stay", reloadable: true,
    title: "What to do when all connections of the primary are taken",
    text: """
      A primary without a connection left for applications is shown as degraded, and RESOURCE-connections says full. stay: it stays the \
      primary. failover: after full_timeout another node is promoted, if one receives all that this one commits, and the sessions \
      here are ended; not before it has been the primary for ten times as long, because who fills one server fills the next.
      """)
  /// For how long they must have been.
  public static let fullTimeout = Parameter(
    "full_timeout", .duration(.seconds(1)...(.seconds(86_400))), default: "60s", reloadable: true,
    title: "For how long all connections must be taken before another node is promoted",
    text:
      "With on_full=failover: for how long every monitor must have found all connections of the primary taken."
  )

  /// Whether a process waits for the server's end.
  public static let sentinel = Parameter(
    "sentinel", .boolean, default: "true", reloadable: true,
    title: "Whether a crash is told the cluster at once",
    text: """
      true: the monitor keeps a process that waits for the end of the server, and tells the cluster at once when it has ended by itself, \
      or within two seconds after a signal stopped it, so that a failover does not wait for the next monitor. A server that has done \
      nothing at all for two seconds, and does nothing when somebody connects either, has failed, too: its control group is frozen, or it \
      waits for itself. Pacemaker 2.1 counts such a failure twice: mind migration-threshold. false: the next \
      monitor finds out.
      """)

  /// How long a primary goes on without a cluster.
  public static let lease = Parameter(
    "lease", .duration(.seconds(10)...(.seconds(86_400))), reloadable: true,
    title: "How long a primary goes on without a quorate cluster",
    text: """
      For sites whose fencing can fail. A process beside a primary ends its server, if for so long Pacemaker and Corosync did not both \
      tell that this node's partition has quorum: it is cut off, or they hang or are gone; not in maintenance mode. It looks four times \
      in that time, so that the end may come up to a quarter and five seconds later. Without it: never. It is no watchdog: a node that \
      hangs as a whole ends nothing. Of no use with two_node, where every partition has quorum.
      """)

  /// Those of planned switchovers.
  public static let switchoverParameters = [preflight, switchoverLimit]

  /// Those of durability, in the order of the manual.
  public static let durabilityParameters = [durability, acknowledgements, acknowledgementTimeout]
}
