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

  /// All of them, in the order of the manual.
  public static let durabilityParameters = [durability, acknowledgements, acknowledgementTimeout]
}
