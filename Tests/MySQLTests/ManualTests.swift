import Manual
import MySQLFacts
import MySQLRules
import OCF
import Testing

@Suite struct ManualTests {
  @Test func rulesInMarkdown() {
    let text = Manual.rules(of: .mysql, markdown: true)
    #expect(
      text.hasPrefix(
        """
        ### monitor

        From what one look finds to the monitor's exit code.

        | rule | what was found | what follows |
        | --- | --- | --- |
        | monitor/10 | the data directory is not on this node, and nothing of the instance runs | 7 not running |

        """))
    for line in [
      "| monitor/30 | the server accepts writes and follows nobody | 8 running, promoted |",
      "| monitor/48 | the primary's server is starting again after a crash | 191 running, promoted, degraded |",
      "| health/10 | it is the primary | primary, promotion score 500000 |",
      "| health/28 | it filters what it replicates, so it lacks data | filtered, cannot be promoted, degraded |",
      "| health/54 | it is connecting to the primary | connecting, promotion score stays |",
      "| start/24 | it is starting already, or still ending | waits until it answers; launches the server if it ended |",
      "| start/40 | nothing of it runs | starts the server, read-only |",
      "| promote/20 | it is a replica | promotes it, if no other node has more transactions, once it has applied what it received |",
      "| promote/30 | nothing of it runs | refuses with 7 not running |",
    ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
  }

  @Test func rulesForATerminal() {
    let text = Manual.rules(of: .mysql, markdown: false)
    #expect(
      text.hasPrefix(
        """
        From what one look finds to the monitor's exit code:

        monitor/10
            the data directory is not on this node, and nothing of the instance runs
            -> 7 not running

        monitor/12

        """))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test func everyRuleIsThere() {
    func ids<Facts, Verdict>(_ table: RuleTable<Facts, Verdict>) -> [String] {
      (table.rows + [table.otherwise]).map(\.id)
    }
    let all = ids(monitorRules) + ids(healthRules) + ids(startRules) + ids(promoteRules)
    let printed = Manual.rules(of: .mysql, markdown: true).split(separator: "\n").compactMap { line in
      line.split(separator: " ").dropFirst().first.map(String.init)
    }
    #expect(printed.filter { id in all.contains(id) } == all)
  }

  @Test func parametersInMarkdown() throws {
    let text = Manual.parameters(of: .mysql, markdown: true)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.count == Declarations.all.count + 2)
    #expect(lines.first == "| parameter | type | default | reloadable | what it is |")
    for start in [
      "| `datadir` | absolute path | `/var/lib/mysql` | no | The data directory of the instance, on every node",
      "| `port` | 1 to 65535 |  | no | ", "| `on_crash` | failover or recover | `failover` | no | ",
      "| `max_lag` | time, 1s to 86400s | `30s` | yes | ",
      "| `credentials_file` | absolute path | `/etc/martlet/mysql.cnf` | no | ",
    ] { #expect(lines.contains { $0.hasPrefix(start) }, "\(start)") }
    // A bar in a cell would add a column.
    for line in lines { #expect(line.replacing("\\|", with: "").count(where: { $0 == "|" }) == 6, "\(line)") }
  }

  @Test func parametersForATerminal() {
    let text = Manual.parameters(of: .mysql, markdown: false)
    #expect(
      text.hasPrefix(
        """
        datadir
            absolute path; default /var/lib/mysql; a change needs a restart
            The data directory of the instance, on every node the same path.
        """))
    #expect(text.contains("\nsystem_user\n    text; no default; a change needs a restart\n"))
    #expect(
      text.contains("\nquery_timeout\n    time, 100ms to 300s; default 5s; a change needs no restart\n"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }
}

@Suite struct DeclarationsTests {
  /// What is given to the server when it starts cannot be changed while it runs.
  @Test func reloadableIsWhatTheAgentAloneUses() {
    #expect(
      Declarations.all.filter(\.isReloadable).map(\.name) == [
        "max_lag", "query_timeout", "frozen_timeout", "disconnect_timeout", "election_timeout", "rejoin",
        "copy_port", "durability", "acknowledgements", "acknowledgement_timeout", "preflight",
        "switchover_limit", "on_sick", "on_full", "full_timeout", "sentinel", "lease",
      ])
  }

  @Test func everyDefaultIsGood() {
    #expect(ParameterValues(Declarations.all, environment: [:]).problems == [])
    #expect(Set(Declarations.all.map(\.name)).count == Declarations.all.count)
  }

  @Test func noPasswordIsAParameter() {
    for parameter in Declarations.all { #expect(!parameter.name.contains("passw"), "\(parameter.name)") }
  }

  @Test func everyActionIsAdvertised() {
    let actions = Set(Declarations.agent.actions.map(\.action))
    #expect(actions == Set(Action.allCases))
    #expect(Declarations.agent.name == "mysql" && Declarations.agent.version == martletVersion)
  }
}
