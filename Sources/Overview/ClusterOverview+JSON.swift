internal import CIB
internal import OCF
internal import Replication

extension ClusterOverview {
  /// For programs; docs/status.schema.json describes it.
  public var json: JSON {
    .object([
      ("condition", .string(condition.rawValue)),
      (
        "cluster",
        .object([
          ("name", JSON(name)), ("quorum", JSON(hasQuorum)), ("fencing", .bool(isFencingOn)),
          ("maintenance", .bool(isInMaintenance)), ("controller", JSON(controller)),
          (
            "nodes",
            .array(
              nodes.map {
                .object([("name", .string($0.name)), ("availability", .string($0.availability.word))])
              })
          ),
        ])
      ),
      ("resources", .array(resources.map(\.json))),
    ])
  }
}

extension ResourceOverview {
  fileprivate var json: JSON {
    let decision = decision
    return .object([
      ("id", .string(id)), ("agent", .string(agent)), ("condition", .string(decision.verdict.rawValue)),
      ("rule", .string(decision.rule)), ("because", .string(decision.because)),
      ("primaries", .array(primaries.map { .string($0) })), ("maintenance", .bool(isInMaintenance)),
      (
        "durability",
        record.map { record in
          .object([
            ("copies", .number(record.copies)),
            ("members", .array(record.members.sorted().map { .string($0) })),
          ])
        } ?? .null
      ),
      ("failover", .object([("loss", .string(lossWord)), ("to", .array(successors.map { .string($0) }))])),
      ("instances", .array(instances.map(\.json))),
    ])
  }

  private var lossWord: String {
    switch loss {
    case .none: "none"
    case .possible: "possible"
    case .refused: "refused"
    case .nobody: "nobody"
    }
  }
}

extension InstanceOverview {
  fileprivate var json: JSON {
    .object([
      ("node", .string(node)), ("availability", .string(availability.word)), ("role", .string(role.rawValue)),
      ("state", JSON(state)), ("lag_bytes", JSON(lagBytes)), ("lag_seconds", JSON(lagSeconds)),
      ("promotion_score", JSON(score?.rawValue)), ("since", JSON(since)), ("reason", JSON(reason)),
      ("failures", .number(failures)), ("remarks", .array(remarks.map { .string($0) })),
    ])
  }
}

extension ClusterState.Availability {
  /// For people and programs.
  var word: String {
    switch self {
    case .online: "online"
    case .pending: "joining"
    case .offline: "offline"
    case .unclean: "lost"
    }
  }
}
