internal import OCF
internal import PostgreSQLRules
internal import Replication

extension Manual {
  static var statesOfPostgreSQL: [(String, String)] {
    states(in: healthRules) + [
      ("rejoining (degraded)", "it diverged, and is being brought back; RESOURCE-rejoin says how far"),
      (
        "rejoin-failed (degraded)",
        "bringing it back was interrupted or failed, and no server may be started on its data until it succeeds"
      ),
    ]
  }

  static func rulesOfPostgreSQL(_ markdown: Bool) -> [String] {
    [
      section("monitor", "From what one look finds to the monitor's exit code", monitorRules, markdown) {
        "\($0.rawValue) \($0.meaning)"
      },
      section(
        "health", "From what is known of a running instance to its state and its promotion score",
        healthRules, markdown
      ) { $0.meaning },
      section("start", "What start does", startRules, markdown) { $0.meaning },
      section("promote", "What promote does", promoteRules, markdown) { $0.meaning },
      section("rejoin", "What a monitor does about an instance that diverged", rejoinRules, markdown) {
        $0.meaning
      },
      section("method", "How an instance that diverged is brought back", rejoinMethodRules, markdown) {
        $0.meaning
      },
    ]
  }
}

extension StartStep {
  fileprivate var meaning: String {
    switch self {
    case .nothing: "success"
    case .launch: "starts the server as a standby"
    case .wait: "waits until it answers"
    case .endFirst: "ends it, then launches it as a standby"
    case .refuse(let code): "refuses with \(code.rawValue) \(code.meaning)"
    }
  }
}

extension PromoteStep {
  fileprivate var meaning: String {
    switch self {
    case .nothing: "success"
    case .promote: "promotes it, if no other node has more WAL"
    case .refuse(let code): "refuses with \(code.rawValue) \(code.meaning)"
    }
  }
}
