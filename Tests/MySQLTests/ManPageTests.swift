import MySQLFacts
import MySQLRules
import OCF
import Replication
import Testing

@testable import Manual

@Suite struct ManPageTests {
  @Test func beginning() {
    #expect(
      Manual.page(of: .mysql).hasPrefix(
        """
        .TH "OCF_MARTLET_MYSQL" "7" "" "Martlet \(Declarations.version)" "OCF resource agents"
        .SH "NAME"
        ocf_martlet_mysql \\- MySQL and MariaDB with GTID replication
        .SH "DESCRIPTION"
        Keeps a primary and its replicas available: MySQL 8.0, 8.4, 9 and later, MariaDB 10.6 and later.
        .PP
        Use it as a promotable clone with notify=true.
        """))
    #expect(Manual.page(of: .postgresql).hasPrefix(".TH \"OCF_MARTLET_POSTGRESQL\" \"7\" \"\" \"Martlet "))
  }

  @Test func everyParameterAndEveryState() {
    let page = Manual.page(of: .mysql)
    for parameter in Declarations.all {
      #expect(page.contains("\n.TP\n\\fB\(parameter.name)\\fR ("), "\(parameter.name)")
    }
    for rule in healthRules.rows + [healthRules.otherwise] {
      #expect(page.contains("\\fB" + Roff.escaped(rule.verdict.state)), "\(rule.verdict.state)")
    }
    #expect(page.contains("\\fBmax_lag\\fR (time, 1s to 86400s; default 30s; a change needs no restart)\n"))
  }

  @Test(arguments: [
    ("a-b", "a\\-b"), ("C:\\dir", "C:\\edir"), ("it's", "it\\(aqs"), ("say \"x\"", "say \\(dqx\\(dq"),
    ("`x` ^ ~", "\\(gax\\(ga \\(ha \\(ti"), ("\u{e4}", "\\[u00E4]"), ("plain", "plain"),
  ])
  func escaping(text: String, written: String) {
    #expect(Roff.escaped(text) == written)
  }

  @Test func linesThatTroffWouldObey() {
    #expect(Roff.line(".so /etc/passwd") == "\\&.so /etc/passwd")
    #expect(Roff.line("'tis") == "\\&\\(aqtis")
    #expect(Roff.line("a.b") == "a.b")
    var page = Roff()
    page.macro("TH", ["a \"b\""])
    page.paragraphs("one\n\n.two")
    #expect(page.lines == [".TH \"a \\(dqb\\(dq\"", "one", ".PP", "\\&.two"])
  }

  /// Every line is a macro that the page means, or text that troff takes for nothing else.
  @Test func textIsNoCommand() {
    for line in Manual.page(of: .mysql).split(separator: "\n") {
      let macro = line.split(separator: " ").first ?? ""
      #expect(
        !line.hasPrefix(".")
          || [".TH", ".SH", ".TP", ".PP", ".RS", ".RE", ".nf", ".fi"].contains(macro), "\(line)")
      #expect(!line.hasPrefix("'") && line.allSatisfy(\.isASCII), "\(line)")
    }
  }
}
