internal import OCF
internal import MySQLRules
internal import Replication

extension Manual {
  static var statesOfMySQL: [(String, String)] { states(in: healthRules) + rejoinStates }

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
    ] + shared(markdown) + rejoin(markdown) + [settings(markdown)]
  }

  /// Here every row that fits is told.
  private static func settings(_ markdown: Bool) -> String {
    let title = "What validate-all looks for in a running server (OCF_CHECK_LEVEL=10)"
    let table = Table(
      headings: ["rule", "what was found", "what it needs"],
      rows: settingRules.map {
        [
          $0.id, "\($0.names.joined(separator: ", ")): \($0.because)",
          markdown ? $0.needs : "-> needs \($0.needs)",
        ]
      })
    return markdown ? "### settings\n\n\(title).\n\n\(table.markdown)" : "\(title):\n\n\(table.plain)"
  }
}

extension StartStep {
  fileprivate var meaning: String {
    switch self {
    case .nothing: "success"
    case .launch: "starts the server, read-only"
    case .wait: "waits until it answers; launches the server if it ended"
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
