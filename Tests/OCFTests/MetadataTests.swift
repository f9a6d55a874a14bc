import Glibc
import Testing

@testable import OCF

/// Each content, each attribute, and text that needs escaping.
private let sample = AgentDescription(
  name: "sample", version: "0.1", title: "Tom & \"Jerry\"",
  text: "First <paragraph>.\n\nSecond: naïve, 10 µs.",
  parameters: [
    Parameter("data", .path, required: true, uniqueGroup: "d&d", title: "Data", text: "A path."),
    Parameter("port", .integer(1...65535), default: "5432", title: "Port", text: "A port."),
    Parameter(
      "limit", .duration(.zero ... .seconds(60)), default: "10s", reloadable: true, title: "Limit",
      text: "A limit."),
    Parameter("keep", .boolean, default: "false", title: "Keep", text: "A flag."),
    Parameter("mode", .choice(["a", "b<c"]), default: "a", title: "Mode", text: "A choice."),
    Parameter("options", .string, default: "-c \"x\" > y", title: "Options", text: "Text."),
  ],
  actions: [
    AdvertisedAction(.start, timeout: .seconds(60)),
    AdvertisedAction(.monitor, timeout: .seconds(20), interval: .seconds(10), role: .promoted),
    AdvertisedAction(.monitor, timeout: .seconds(20), interval: .seconds(11), role: .unpromoted),
    AdvertisedAction(.reloadAgent, timeout: .milliseconds(1500)),
    AdvertisedAction(.metaData, timeout: .seconds(5)),
  ])

/// What `xmllint --noout --valid` says of the text: its output, and whether it accepts.
private func xmllint(_ xml: String) -> (accepts: Bool, output: String) {
  var path = Array("/tmp/martlet-metadata-XXXXXX".utf8CString)
  let descriptor = mkstemp(&path)
  let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer { unlink(name) }
  let bytes = Array(xml.utf8)
  guard descriptor >= 0, write(descriptor, bytes, bytes.count) == bytes.count, close(descriptor) == 0,
    let pipe = popen("xmllint --noout --valid \(name) 2>&1", "r")
  else { return (false, "no temporary file, or no shell") }
  var output = ""
  while let character = UInt8(exactly: fgetc(pipe)) {
    output.unicodeScalars.append(Unicode.Scalar(character))
  }
  return (pclose(pipe) == 0, output)
}

@Suite struct MetadataTests {
  private let lines = sample.xml.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

  @Test func itIsValidByTheGrammarItCarries() {
    let verdict = xmllint(sample.xml)
    #expect(verdict.accepts, "\(verdict.output)")
  }

  /// The judge itself must be able to say no, or the test above proves nothing.
  @Test func theGrammarRefusesWhatOCFDoesNotKnow() {
    let spoiled = sample.xml.split(separator: "<content type=\"boolean\"").joined(
      separator: "<content type=\"flag\"")
    #expect(spoiled != sample.xml)
    #expect(!xmllint(spoiled).accepts)
  }

  /// crmsh/ra.py: an encoding in the declaration is "Cannot parse meta-data XML".
  @Test func theDeclarationNamesNoEncodingAndTheTextIsASCII() {
    #expect(lines.first == "<?xml version=\"1.0\"?>")
    let foreign = sample.xml.filter { !$0.isASCII }
    #expect(foreign == "")
    #expect(lines.contains("Second: na&#239;ve, 10 &#181;s."))
  }

  @Test func theVersionOfTheStandardIsAnElementAndMartletsAnAttribute() {
    #expect(lines.contains("<resource-agent name=\"sample\" version=\"0.1\">"))
    #expect(lines.contains("<version>1.1</version>"))
  }

  @Test func textIsEscaped() {
    #expect(lines.contains("First &lt;paragraph&gt;."))
    #expect(lines.contains("<shortdesc lang=\"en\">Tom &amp; &quot;Jerry&quot;</shortdesc>"))
    #expect(lines.contains("<content type=\"string\" default=\"-c &quot;x&quot; &gt; y\"/>"))
  }

  /// pcs refuses the attribute `private`, tools before OCF 1.1 know only `unique`.
  @Test func parametersCarryTheAttributesThatToolsKnow() {
    #expect(
      lines.filter { $0.hasPrefix("<parameter ") } == [
        "<parameter name=\"data\" required=\"1\" unique=\"1\" unique-group=\"d&amp;d\" reloadable=\"0\">",
        "<parameter name=\"port\" required=\"0\" reloadable=\"0\">",
        "<parameter name=\"limit\" required=\"0\" reloadable=\"1\">",
        "<parameter name=\"keep\" required=\"0\" reloadable=\"0\">",
        "<parameter name=\"mode\" required=\"0\" reloadable=\"0\">",
        "<parameter name=\"options\" required=\"0\" reloadable=\"0\">",
      ])
    #expect(!sample.xml.contains("private"))
  }

  @Test func contentsBecomeTheTypesOfTheStandard() {
    #expect(
      lines.filter { $0.hasPrefix("<content ") } == [
        "<content type=\"string\"/>",
        "<content type=\"integer\" default=\"5432\"/>",
        "<content type=\"string\" default=\"10s\"/>",
        "<content type=\"boolean\" default=\"false\"/>",
        "<content type=\"select\" default=\"a\"><option value=\"a\"/><option value=\"b&lt;c\"/></content>",
        "<content type=\"string\" default=\"-c &quot;x&quot; &gt; y\"/>",
      ])
  }

  @Test func actionsCarryTheirSuggestions() {
    #expect(
      lines.filter { $0.hasPrefix("<action ") } == [
        "<action name=\"start\" timeout=\"60s\"/>",
        "<action name=\"monitor\" timeout=\"20s\" interval=\"10s\" role=\"Promoted\"/>",
        "<action name=\"monitor\" timeout=\"20s\" interval=\"11s\" role=\"Unpromoted\"/>",
        "<action name=\"reload-agent\" timeout=\"1.5s\"/>",
        "<action name=\"meta-data\" timeout=\"5s\"/>",
      ])
  }

  @Test func helpNamesTheActionsAndEveryParameter() {
    let help = sample.help(program: "sample")
    #expect(help.hasPrefix("ocf:martlet:sample 0.1: Tom & \"Jerry\"\n"))
    #expect(help.contains("  OCF_RESKEY_data=... OCF_RESOURCE_INSTANCE=NAME sample ACTION\n"))
    #expect(help.contains("  data (required): Data\n"))
    #expect(help.contains("  port (default 5432): Port\n"))
    for action in Action.allCases { #expect(help.contains(action.rawValue)) }
    let longest = help.split(separator: "\n").map(\.count).max() ?? 0
    #expect(longest <= 80)
  }
}
