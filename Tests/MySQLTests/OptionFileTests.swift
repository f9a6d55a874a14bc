import MySQLFacts
import Testing

@Suite struct OptionFileTests {
  private func value(_ line: String) -> String? { OptionFile("[client]\n\(line)\n")["client", "x"] }

  /// As MariaDB 10.11's my_print_defaults prints them.
  @Test(
    arguments: [
      ("x = plain", "plain"), ("x=ab#cd", "ab"), ("x=ab #cd", "ab"), (#"x="quo # ted""#, "quo # ted"),
      (#"x='it"s'"#, #"it"s"#), (#"x="x" # comment "y""#, "x"), (#"x = a\sb\tc\\d\qe"#, "a b\tc\\d\\qe"),
      (#"x = "a\"b""#, #"a"b"#), (#"x="a'b""#, "a'b"), ("x=it's #x", "it's #x"), ("x='a' 'b'", "a' 'b"),
      ("x=", ""), (#"x="""#, ""), (#"x= "  sp  ""#, "  sp  "), ("   x = indented", "indented"), ("x=#y", ""),
      (#"x="unclosed"#, #""unclosed"#), (#"x=end\"#, #"end\"#), (#"x = 'a\'b'"#, "a'b"), ("x=a=b", "a=b"),
      ("x\t=\ttab\t", "tab"), ("x='", "'"), ("x = größe 🔑", "größe 🔑"), (#"x="a\nb\rc\be""#, "a\nb\rc\u{8}e"),
    ])
  func reads(line: String, expected: String) {
    #expect(value(line) == expected)
  }

  @Test(arguments: ["#x=1", ";x=1", "!x=1", "x", "=1", "", "x#y=1", " # x=1", "xx=1"])
  func passesOver(line: String) {
    #expect(value(line) == nil)
  }

  private let file = OptionFile(
    """
    before=any group
    # comment
    [client]
    user = agent
    ssl_ca=/etc/ca.pem
    !include /etc/other.cnf
    !includedir /etc/more/
    [replication]\u{20}
    user=replica
    password = "geheim"

    [client]trailing
    password=one
    password=two
    port-number=1
    """)

  @Test func groupsMayComeInParts() {
    #expect(file["client", "user"] == "agent")
    #expect(file["client", "password"] == "two")
    #expect(file["replication", "user"] == "replica")
    #expect(file["replication", "password"] == "geheim")
    #expect(file["replication", "ssl-ca"] == nil)
    #expect(file["", "before"] == "any group")
  }

  @Test func aDashAndAnUnderscoreAreTheSameInNames() {
    #expect(file["client", "ssl-ca"] == "/etc/ca.pem")
    #expect(file["client", "port-number"] == "1")
  }

  @Test func knowsItsGroups() {
    #expect(file.has("client") && file.has("replication") && !file.has("mysqld"))
    #expect(OptionFile("[empty]").has("empty"))
    #expect(!OptionFile("").has("client"))
  }

  @Test func linesMayEndAsOnWindows() {
    #expect(OptionFile("[client]\r\nuser=a\r\npassword = b \r\n")["client", "password"] == "b")
  }
}
