import MySQLFacts
import OCF
import Testing

@testable import Manual

@Suite struct ManPageTests {
  private let page = Manual.page(of: .mysql)

  @Test func hasAHeadAndItsSections() {
    let lines = page.split(separator: "\n")
    #expect(lines.first?.hasPrefix(#".TH "OCF_MARTLET_MYSQL" "7" "" "Martlet "#) ?? false)
    #expect(
      lines.filter { $0.hasPrefix(".SH ") } == [
        ".SH \"NAME\"", ".SH \"DESCRIPTION\"", ".SH \"PARAMETERS\"", ".SH \"ACTIONS\"", ".SH \"STATES\"",
        ".SH \"EXAMPLE\"", ".SH \"SEE ALSO\"",
      ])
  }

  @Test func namesEveryParameterAndState() {
    for parameter in Declarations.all {
      #expect(page.contains("\n.TP\n\\fB\(parameter.name)\\fR ("), "\(parameter.name)")
    }
    for state in ["primary", #"no\-binary\-log (degraded)"#, #"waiting\-for\-primary"#] {
      #expect(page.contains("\n.TP\n\\fB\(state)\\fR\n"), "\(state)")
    }
    #expect(page.contains("\n\\fBmax_lag\\fR (time, 1s to 86400s; default 30s; a change needs no restart)\n"))
  }

  /// Every line is a macro that the page means, or text that troff takes for nothing else.
  @Test func textIsNoCommand() {
    for line in page.split(separator: "\n") {
      let macro = line.split(separator: " ").first ?? ""
      #expect(
        !line.hasPrefix(".")
          || [".TH", ".SH", ".TP", ".PP", ".RS", ".RE", ".nf", ".fi"].contains(macro), "\(line)")
      #expect(!line.hasPrefix("'") && line.allSatisfy(\.isASCII), "\(line)")
    }
  }

  @Test func showsHowToCreateIt() {
    #expect(page.contains(#"pcs resource create NAME ocf:martlet:mysql \e"#))
    #expect(page.contains(#"  op monitor interval=10s timeout=20s role=Promoted \e"#))
    #expect(page.contains(#"  promotable notify=true"#))
  }

  @Test(arguments: [
    ("plain text.", "plain text."), (".dot", "\\&.dot"), ("'quoted'", "\\&\\(aqquoted\\(aq"),
    ("a-b", "a\\-b"),
    ("\\fB", "\\efB"), ("größe…", "gr\\[u00F6]\\[u00DF]e\\[u2026]"), ("\"~^`", "\\(dq\\(ti\\(ha\\(ga"),
    ("", ""),
  ])
  func textMeansItself(text: String, line: String) {
    #expect(Roff.line(text) == line)
  }
}
