internal import OCF
internal import Replication

/// The parts of the manual that are printed from the code, so that they cannot differ from it.
public enum Manual {
  /// The agents of which there is a manual.
  public enum Agent: String, Sendable, CaseIterable {
    /// `ocf:martlet:postgresql`.
    case postgresql
    /// `ocf:martlet:mysql`, for MariaDB, too.
    case mysql
  }

  /// Every table of rules of an agent: in each, the first row that fits decides.
  public static func rules(of agent: Agent, markdown: Bool) -> String {
    let sections =
      switch agent {
      case .postgresql: rulesOfPostgreSQL(markdown)
      case .mysql: rulesOfMySQL(markdown)
      }
    return sections.joined(separator: "\n")
  }

  /// What each state of an agent's instances means; "STATE (degraded)" where the monitor says so, too.
  public static func meanings(of agent: Agent) -> [String: String] {
    Dictionary(states(of: agent)) { "\($0); or \($1)" }
  }

  /// The states of an agent's instances in the order of its rules, with what each means.
  static func states(of agent: Agent) -> [(String, String)] {
    switch agent {
    case .postgresql: statesOfPostgreSQL
    case .mysql: statesOfMySQL
    }
  }

  static func states<Facts>(in rules: RuleTable<Facts, Health>) -> [(String, String)] {
    var states: [(String, String)] = []
    for rule in rules.rows + [rules.otherwise] {
      let state = rule.verdict.state + (rule.verdict.isDegraded ? " (degraded)" : "")
      if let index = states.firstIndex(where: { $0.0 == state }) {
        states[index].1 += "; or " + rule.because
      } else {
        states.append((state, rule.because))
      }
    }
    return states
  }

  static func section<Facts, Verdict>(
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
  var meaning: String {
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
  var meaning: String {
    let score =
      switch promotion {
      case .score(let number): "promotion score \(number)"
      case .never: "cannot be promoted"
      case .unchanged: "promotion score stays"
      }
    return "\(state), \(score)" + (isDegraded ? ", degraded" : "")
  }
}

extension PreflightVerdict {
  var meaning: String {
    switch self {
    case .go: "the primary is demoted"
    case .refuse(let needs): "refused, the primary stays; needs \(needs)"
    }
  }
}
