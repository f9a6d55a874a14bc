internal import OCF
internal import MySQLRules
internal import Replication

extension Manual {
  static func rulesOfMySQL(_ markdown: Bool) -> [String] {
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
    ]
  }
}

extension StartStep {
  fileprivate var meaning: String {
    switch self {
    case .nothing: "success"
    case .launch: "starts the server, read-only"
    case .wait: "waits until it answers"
    case .refuse(let code): "refuses with \(code.rawValue) \(code.meaning)"
    }
  }
}

extension PromoteStep {
  fileprivate var meaning: String {
    switch self {
    case .nothing: "success"
    case .promote: "promotes it, if no other node has more transactions, once it has applied what it received"
    case .refuse(let code): "refuses with \(code.rawValue) \(code.meaning)"
    }
  }
}
