import Glibc
import TestSupport
import Testing

@testable import Host

/// Tools that write down what they were given and answer as told.
private struct FakeTools {
  let scratch: Scratch
  let tools: ClusterTools

  init(_ tool: String, output: String = "", errors: String = "", exit code: Int = 0, node: String? = "n1")
    throws
  {
    scratch = try Scratch()
    try Files.writeAtomically(output, to: scratch.file("output"))
    try Files.writeAtomically(errors, to: scratch.file("errors"))
    let directory = scratch.path
    _ = try scratch.script(
      tool,
      #"printf '%s\n' "$@" > \#(directory)/argv; env > \#(directory)/env; cat \#(directory)/errors >&2; cat \#(directory)/output; exit \#(code)"#
    )
    tools = ClusterTools(
      node: node, instance: "db:0", environment: ["CIB_file": "x.xml", "HOME": "/secret", "PCMK_x": "1"],
      directories: ["/nowhere", directory])
  }

  var arguments: [String] {
    ((try? Files.readText(scratch.file("argv"))) ?? "").split(separator: "\n").map(String.init)
  }
}

@Suite struct ClusterToolsTests {
  @Test func theCIBComesAsItIs() throws {
    let fake = try FakeTools("cibadmin", output: "<cib/>\n")
    #expect(try fake.tools.queryCIB(local: true) == Array("<cib/>\n".utf8))
    #expect(fake.arguments == ["--query", "--local"])
    _ = try fake.tools.queryCIB(local: false)
    #expect(fake.arguments == ["--query"])
  }

  @Test func aLargeCIBIsRead() throws {
    let fake = try FakeTools("cibadmin", output: String(repeating: "x", count: 3_000_000))
    #expect(try fake.tools.queryCIB(local: true).count == 3_000_000)
  }

  @Test func onlyPacemakersVariablesArePassedOn() throws {
    let fake = try FakeTools("cibadmin")
    _ = try fake.tools.queryCIB(local: true)
    let lines = try Files.readText(fake.scratch.file("env")).split(separator: "\n")
    #expect(lines.contains("CIB_file=x.xml") && lines.contains("PCMK_x=1"))
    #expect(!lines.contains { $0.hasPrefix("HOME=") })
  }

  @Test(arguments: [
    ("1001\n", 1001), ("-1\n", -1), ("INFINITY\n", 1_000_000), ("-INFINITY\n", -1_000_000),
    ("+INFINITY", 1_000_000),
    ("2000000", 1_000_000),
  ])
  func aScoreIsRead(output: String, value: Int) throws {
    let fake = try FakeTools("crm_attribute", output: output)
    #expect(try fake.tools.promotionScore()?.value == value)
    #expect(fake.arguments == ["--node=n1", "--lifetime=reboot", "--promotion=db", "--query", "--quiet"])
  }

  @Test func noScoreIsNil() throws {
    let fake = try FakeTools(
      "crm_attribute", errors: "Error performing operation: No such device or address\n", exit: 105)
    #expect(try fake.tools.promotionScore(of: "n2") == nil)
    #expect(fake.arguments.first == "--node=n2")
  }

  @Test func anAnswerThatIsNoScoreIsAnError() throws {
    let fake = try FakeTools("crm_attribute", output: "=-1\n")
    #expect(
      throws: CommandError.failed(
        executable: "crm_attribute", ending: .exited(0), message: "\"=-1\" is not a promotion score")
    ) {
      try fake.tools.promotionScore()
    }
  }

  @Test(arguments: [
    (PromotionScore(-1), "--update=-1"), (.infinity, "--update=INFINITY"),
    (.minusInfinity, "--update=-INFINITY"),
  ])
  func aScoreIsSet(score: PromotionScore, argument: String) throws {
    let fake = try FakeTools("crm_attribute")
    try fake.tools.setPromotionScore(score)
    #expect(fake.arguments == ["--node=n1", "--lifetime=reboot", "--promotion=db", argument])
  }

  @Test func withoutANodeNameTheToolFindsItsOwn() throws {
    let fake = try FakeTools("crm_attribute", node: nil)
    try fake.tools.deletePromotionScore()
    #expect(fake.arguments == ["--lifetime=reboot", "--promotion=db", "--delete"])
  }

  @Test func anAttributeIsSet() throws {
    let fake = try FakeTools("attrd_updater")
    try fake.tools.setAttribute("martlet-db-position", "-1", isPrivate: true)
    #expect(fake.arguments == ["--name=martlet-db-position", "--node=n1", "--update=-1", "--private"])
    try fake.tools.setAttribute("a", "b", isPrivate: false, of: "n2")
    #expect(fake.arguments == ["--name=a", "--node=n2", "--update=b"])
    try fake.tools.deleteAttribute("a")
    #expect(fake.arguments == ["--name=a", "--node=n1", "--delete"])
  }

  @Test func anAttributeOfEveryNodeIsRead() throws {
    let answer = """
      <pacemaker-result api-version="2.25" request="attrd_updater --name=a">
        <attribute name="a" value="1#0/5000060 &quot;&lt;&amp;&#10;" host="n1"/>
        <attribute name="a" value="" host="n2"/>
        <attribute host='n3' name='a' value='x>y'/>
        <attribute name="other" value="1" host="n4"/>
        <status code="0" message="OK"/>
      </pacemaker-result>
      """
    let fake = try FakeTools("attrd_updater", output: answer)
    #expect(try fake.tools.attributeOfEveryNode("a") == ["n1": "1#0/5000060 \"<&\n", "n3": "x>y"])
    #expect(fake.arguments == ["--name=a", "--all", "--query", "--output-as=xml"])
    #expect(try fake.tools.attribute("a") == "1#0/5000060 \"<&\n")
    #expect(fake.arguments == ["--name=a", "--node=n1", "--query", "--output-as=xml"])
    #expect(try fake.tools.attribute("a", of: "n2") == nil)
  }

  @Test func anAttributeThatIsNotSetIsNil() throws {
    let fake = try FakeTools("attrd_updater", exit: 78)
    #expect(try fake.tools.attribute("a") == nil)
    #expect(try fake.tools.attributeOfEveryNode("a") == [:])
  }

  @Test func withoutANodeNameNoSingleAttributeIsAsked() throws {
    let fake = try FakeTools("attrd_updater", node: nil)
    #expect(throws: CommandError.self) { try fake.tools.attribute("a") }
    #expect(fake.arguments.isEmpty)
  }

  @Test func aClusterOption() throws {
    let fake = try FakeTools("crm_attribute", output: "k=1\n")
    #expect(try fake.tools.clusterOption("martlet-db", set: "martlet") == "k=1")
    #expect(
      fake.arguments == [
        "--type=crm_config", "--set-name=martlet", "--name=martlet-db", "--query", "--quiet",
      ])
    try fake.tools.setClusterOption("martlet-db", "k=2", set: "martlet")
    #expect(
      fake.arguments == ["--type=crm_config", "--set-name=martlet", "--name=martlet-db", "--update=k=2"])
    try fake.tools.deleteClusterOption("martlet-db", set: "martlet")
    #expect(fake.arguments == ["--type=crm_config", "--set-name=martlet", "--name=martlet-db", "--delete"])
  }

  @Test func theNode() throws {
    let fake = try FakeTools("crm_node", output: "1\n")
    #expect(try fake.tools.hasQuorum())
    #expect(fake.arguments == ["--quorum"])
    #expect(try fake.tools.nodeName() == "1")
    #expect(fake.arguments == ["--name"])
  }

  @Test func aFailureIsReported() throws {
    let fake = try FakeTools("crm_resource")
    try fake.tools.failResource()
    #expect(fake.arguments == ["--fail", "--resource=db", "--node=n1"])
  }

  @Test func aToolThatFailsSaysWhy() throws {
    let fake = try FakeTools(
      "cibadmin", errors: "Could not connect: Transport endpoint is not connected\nmore\n", exit: 102)
    #expect(
      throws: CommandError.failed(
        executable: "cibadmin", ending: .exited(102),
        message: "Could not connect: Transport endpoint is not connected")
    ) {
      try fake.tools.queryCIB(local: true)
    }
  }

  @Test func aToolThatIsNotThere() throws {
    let fake = try FakeTools("cibadmin")
    #expect(
      throws: CommandError.cannotStart(
        executable: "crm_node",
        reason: "not found in /nowhere, \(fake.scratch.path); is Pacemaker installed?",
        errno: ENOENT)
    ) {
      try fake.tools.nodeName()
    }
  }

  @Test func aToolThatHangsIsEnded() throws {
    let scratch = try Scratch()
    _ = try scratch.script("crm_node", "exec sleep 60")
    var tools = ClusterTools(
      node: "n1", instance: "db", limit: .milliseconds(200), directories: [scratch.path])
    #expect(throws: CommandError.self) { try tools.nodeName() }
    tools.limit = .seconds(60)
    tools.deadline = Deadline(after: .milliseconds(200))
    let start = ContinuousClock.now
    #expect(throws: CommandError.self) { try tools.nodeName() }
    #expect(ContinuousClock.now - start < .seconds(5))
  }
}

@Suite struct XMLAttributesTests {
  @Test(arguments: [
    "", "<", "<attribute", "<attribute ", "<attribute name", "<attribute name=", "<attribute name=\"",
    "<attribute name=\"x",
    "<attributes name=\"x\"/>", "<attribute =\"x\"/>", "<attribute name=x/>",
  ])
  func whatIsNotWellFormedHasNoAttributes(text: String) {
    let found = XMLAttributes.elements(named: "attribute", in: text)
    #expect(found.flatMap(\.keys).isEmpty)
  }

  @Test(arguments: [
    ("&unknown;", "&unknown;"), ("a&", "a&"), ("&#x41;&#66;", "AB"), ("&#xD800;", "&#xD800;"), ("&;", "&;"),
    ("\u{301}x", "\u{301}x"),
  ])
  func entities(raw: String, value: String) {
    #expect(XMLAttributes.elements(named: "a", in: "<a b=\"\(raw)\"/>") == [["b": value]])
  }

  @Test func attributesArePlain() {
    #expect(ClusterTools.plain("844e6389…:1-3, node \u{e4}") == "844e6389...:1-3, node ?")
  }
}
