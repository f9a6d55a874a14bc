internal import OCF
internal import PostgreSQLRules
internal import Replication

/// The parts of the manual that are printed from the code, so that they cannot differ from it.
public enum Manual {
  /// The agents of which there is a manual.
  public enum Agent: String, Sendable, CaseIterable {
    /// `ocf:martlet:postgresql`.
    case postgresql
  }

  /// Every table of rules of an agent: in each, the first row that fits decides.
  public static func rules(of agent: Agent, markdown: Bool) -> String {
    switch agent {
    case .postgresql:
      return [
        section("monitor", "From what one look finds to the monitor's exit code", monitorRules, markdown) {
          "\($0.rawValue) \($0.meaning)"
        },
        section(
          "health", "From what is known of a running instance to its state and its promotion score",
          healthRules, markdown
        ) { $0.meaning },
        section("start", "What start does", startRules, markdown) { $0.meaning },
        section("promote", "What promote does", promoteRules, markdown) { $0.meaning },
      ].joined(separator: "\n")
    }
  }

  private static func section<Facts, Verdict>(
    _ name: String, _ title: String, _ rules: RuleTable<Facts, Verdict>, _ markdown: Bool,
    meaning: (Verdict) -> String
  ) -> String {
    let rows = (rules.rows + [rules.otherwise]).map { rule in
      [rule.id, rule.because, markdown ? meaning(rule.verdict) : "-> " + meaning(rule.verdict)]
    }
    let table = Table(headings: ["rule", "what was found", "what follows"], rows: rows)
    return markdown ? "### \(name)\n\n\(title).\n\n\(table.markdown)" : "\(title):\n\n\(table.plain)"
  }
}

extension ExitCode {
  /// The code in words, for a monitor and for a refused action (OCF Resource Agent API 1.1).
  fileprivate var meaning: String {
    switch self {
    case .success: "running, unpromoted"
    case .genericError: "failed"
    case .invalidArguments: "invalid parameters"
    case .unimplemented: "no such action"
    case .insufficientPrivileges: "permission missing"
    case .notInstalled: "not installed on this node"
    case .notConfigured: "configured wrongly"
    case .notRunning: "not running"
    case .runningPromoted: "running, promoted"
    case .failedPromoted: "failed, was promoted"
    case .degraded: "running, unpromoted, degraded"
    case .degradedPromoted: "running, promoted, degraded"
    }
  }
}

extension Health {
  fileprivate var meaning: String {
    let score =
      switch promotion {
      case .score(let number): "promotion score \(number)"
      case .never: "cannot be promoted"
      case .unchanged: "promotion score stays"
      }
    return "\(state), \(score)" + (isDegraded ? ", degraded" : "")
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
