internal import OCF
internal import PostgreSQLRules
internal import Replication

extension Manual {
  static var statesOfPostgreSQL: [(String, String)] {
    states(in: healthRules) + rejoinStates
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
      section("slot", "What a monitor does about the replication slot of another node", slotRules, markdown) {
        $0.meaning
      },
    ] + shared(markdown) + rejoin(markdown)
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

extension SlotStep {
  fileprivate var meaning: String {
    switch self {
    case .keep: "stays as it is"
    case .create: "is created"
    case .drop: "is dropped"
    case .replace: "is dropped and created"
    case .advance: "is advanced"
    }
  }
}
