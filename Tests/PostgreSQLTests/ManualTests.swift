import Manual
import OCF
import PostgreSQLFacts
import PostgreSQLRules
import Replication
import Testing

@Suite struct ManualTests {
  @Test func rulesInMarkdown() {
    let text = Manual.rules(of: .postgresql, markdown: true)
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
      "| monitor/48 | the primary re-initialises itself after a crash | 191 running, promoted, degraded |",
      "| health/10 | it is the primary | primary, promotion score 500000 |",
      "| health/54 | it is connecting to the primary | connecting, promotion score stays |",
      "| health/50 | it has not streamed from the primary for too long | disconnected, cannot be promoted, degraded |",
      "| start/24 | it is starting already | waits until it answers |",
      "| rejoin/40 | it can be brought back | launches the worker |",
      "| promote/20 | it is a standby | promotes it, if no other node has more WAL |",
    ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
  }

  @Test func rulesForATerminal() {
    let text = Manual.rules(of: .postgresql, markdown: false)
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
    let all =
      ids(monitorRules) + ids(healthRules) + ids(startRules) + ids(promoteRules)
      + ids(slotRules) + ids(preflightRules) + ids(rejoinRules) + ids(rejoinMethodRules)
    let printed = Manual.rules(of: .postgresql, markdown: true).split(separator: "\n").filter {
      $0.contains("/")
    }
    .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
    #expect(printed.filter { id in all.contains(id) } == all)
  }

  @Test func parametersInMarkdown() {
    let text = Manual.parameters(of: .postgresql, markdown: true)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.count == Declarations.all.count + 2)
    #expect(lines.first == "| parameter | type | default | reloadable | what it is |")
    #expect(
      lines[2].hasPrefix("| `pgdata` | absolute path | required | no | The data directory of the instance"))
    for start in [
      "| `port` | 1 to 65535 |  | no | ", "| `on_crash` | failover or recover | `failover` | no | ",
      "| `rejoin` | rewind or reclone or hold | `rewind` | yes | ",
      "| `readable_lag` | time, 1s to 86400s | `30s` | yes | ",
    ] { #expect(lines.contains { $0.hasPrefix(start) }, "\(start)") }
    // A bar in a cell would add a column.
    for line in lines { #expect(line.replacing("\\|", with: "").count(where: { $0 == "|" }) == 6, "\(line)") }
  }

  @Test func parametersForATerminal() {
    let text = Manual.parameters(of: .postgresql, markdown: false)
    #expect(
      text.hasPrefix(
        """
        pgdata
            absolute path; required; a change needs a restart
            The data directory of the instance
        """))
    #expect(text.contains("\ndatabase\n    text; default postgres; a change needs no restart\n"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }
}
