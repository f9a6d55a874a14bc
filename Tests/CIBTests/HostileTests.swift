import CIB
import Testing

private func failure(_ text: String, limits: ClusterState.Limits = .standard) -> CIBError? {
  failure(Array(text.utf8), limits: limits)
}

private func failure(_ bytes: [UInt8], limits: ClusterState.Limits = .standard) -> CIBError? {
  do {
    _ = try ClusterState.parse(bytes, limits: limits)
    return nil
  } catch { return error }
}

@Test(arguments: [
  ("", "CIB: empty (0 bytes); needs the output of cibadmin --query"),
  (" \n", "CIB: empty (2 bytes); needs the output of cibadmin --query"),
  (
    "Signon to CIB failed: Transport endpoint is not connected",
    "CIB: not well-formed (line 1: Start tag expected, '<' not found); needs the output of cibadmin --query"
  ),
  (
    "<cib>\n<a>\n</cib>",
    "CIB: not well-formed (line 3: Premature end of data in tag cib line 1); needs the output of cibadmin --query"
  ),
  (
    "<pacemaker-result/>",
    "CIB: the outermost element is 'pacemaker-result', not 'cib'; needs the output of cibadmin --query"
  ),
  (
    "<!DOCTYPE cib SYSTEM \"file:///etc/passwd\"><cib/>",
    "CIB: has a document type (<!DOCTYPE); needs the output of cibadmin --query, which has none"
  ),
  ("<cib a=\"\u{0}\"/>", "CIB: a NUL in the text; needs the output of cibadmin --query"),
])
func theReasonSaysWhatIsWrongAndWhatIsNeeded(text: String, reason: String) {
  #expect(failure(text)?.reason == reason)
}

@Test func billionLaughsAreRefusedBeforeTheyAreParsed() {
  let text = """
    <?xml version="1.0"?><!DOCTYPE cib [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
    <cib dc-uuid="&c;"/>
    """
  #expect(failure(text)?.kind == .documentType)
  #expect(failure("<!-- <!DOCTYPE --><!DOCTYPE cib><cib/>")?.kind == .documentType)
  #expect(failure("<?x > <!DOCTYPE ?><cib/>") == nil)
  #expect(failure("<cib><!-- > <!DOCTYPE --><a><![CDATA[ > <!DOCTYPE ]]></a></cib>") == nil)
  #expect(failure("<cib dc-uuid=\"&laughs;\"/>")?.kind == .notWellFormed)
}

@Test func sizesAreBounded() {
  let small = ClusterState.Limits(bytes: 1000, depth: 5, elements: 10, attributes: 8, attributesPerElement: 3)
  #expect(failure("<cib>\(String(repeating: " ", count: 990))</cib>", limits: small)?.kind == .tooLarge)
  #expect(failure("<cib><a><a><a><a/></a></a></a></cib>", limits: small) == nil)
  #expect(failure("<cib><a><a><a><a><b></b></a></a></a></a></cib>", limits: small)?.kind == .tooLarge)
  #expect(failure("<cib>\(String(repeating: "<a/>", count: 9))</cib>", limits: small) == nil)
  #expect(failure("<cib>\(String(repeating: "<a/>", count: 10))</cib>", limits: small)?.kind == .tooLarge)
  #expect(failure("<cib>\(String(repeating: "<!--a-->", count: 10))</cib>", limits: small)?.kind == .tooLarge)
  #expect(failure("<cib a='1' b='>' c='<'/>", limits: small)?.kind == .notWellFormed)
  #expect(failure("<cib a='1' b='>' c='\"' d='4'/>", limits: small)?.kind == .tooLarge)
  #expect(
    failure("<cib a='1' b='2' c='3'><x a='1' b='2' c='3'/><x a='1' b='2' c='3'/></cib>", limits: small)?.kind
      == .tooLarge)
}

/// "Too large" is our own word: libxml2, which takes seconds for so many attributes, has not seen them.
@Test func hostileTextsCostLittle() throws {
  let deep = String(repeating: "<a>", count: 100_000)
  #expect(failure("<cib>\(deep)")?.kind == .tooLarge)
  let attributes = (0..<100_000).map { "a\($0)=\"\"" }.joined(separator: " ")
  #expect(failure("<cib \(attributes)/>")?.kind == .tooLarge)
  let value = String(repeating: "x", count: 1_000_000)
  #expect(failure("<cib dc-uuid=\"\(value)\"/>") == nil)
  #expect(failure("<cib dc-uuid=\"\(value)&lt;\" a=\"\(value)")?.kind == .notWellFormed)
}

@Test func referencesDoNotMultiply() {
  let pairs = String(repeating: "<nvpair name=\"a\" value=\"b\"/>", count: 300)
  let references = String(repeating: "<instance_attributes id-ref=\"big\"/>", count: 300)
  let text = cib(
    resources:
      "<primitive id=\"p\"><instance_attributes id=\"big\">\(pairs)</instance_attributes>\(references)</primitive>"
  )
  let limits = ClusterState.Limits(
    bytes: 1 << 20, depth: 64, elements: 10_000, attributes: 3000, attributesPerElement: 64)
  #expect(failure(text, limits: limits)?.kind == .tooLarge)
  #expect(failure(text) == nil)
}

@Test func textIsTakenAsItIs() throws {
  #expect(failure(Array("<cib dc-uuid=\"".utf8) + [0xFF, 0xFE] + Array("\"/>".utf8))?.kind == .encoding)
  #expect(failure([0xFE, 0xFF, 0x00, 0x3C])?.kind == .encoding)
  #expect(failure([0x00, 0x3C, 0x00, 0x63])?.kind == .encoding)
  let text = """
    <?xml version="1.0" encoding="ISO-8859-1"?><cib dc-uuid="a&lt;&#10;&amp;&quot;é日">
    <status><node_state id="&apos;] | //* | ['" uname="Ö"/></status></cib>
    """
  let state = try ClusterState.parse(Array(text.utf8))
  #expect(state.designatedControllerID == "a<\n&\"é日")
  #expect(state.nodes.map(\.id) == ["'] | //* | ['"] && state.node(named: "ö") != nil)
}

@Test func aReasonIsOneShortLine() {
  let name = "a" + String(repeating: "b", count: 5000) + "\u{2028}\u{85}é"
  for text in ["<\(name)>", "<\(name)/>", "<cib><\(name)></x></cib>", "<cib \(name)='\u{1}'/>"] {
    let reason = failure(text)?.reason ?? ""
    #expect(reason.utf8.count < 300 && !reason.isEmpty)
    #expect(reason.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 0x2028 && $0.value != 0x85 })
  }
}

@Test(arguments: ["healthy", "pending-start", "lost", "cases"])
func noDamageIsFatal(sample: String) throws {
  let bytes = try Samples.bytes(sample)
  var random = SplitMix(state: 20_261_123)
  var accepted = 0
  for round in 0..<400 {
    var damaged = bytes
    if round % 2 == 0 {
      damaged.removeLast(Int.random(in: 1...bytes.count, using: &random))
      #expect(failure(damaged) != nil)
    } else {
      for _ in 0...Int.random(in: 0...3, using: &random) {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        damaged[place] = round % 4 == 1 ? UInt8.random(in: 0...255, using: &random) : damaged[place] ^ 1
      }
      if let state = try? ClusterState.parse(damaged) {
        accepted += 1
        for node in state.nodes {
          for resource in state.resources { _ = state.role(of: resource.id, on: node.name) }
        }
      }
    }
  }
  #expect(accepted > 20)
}

/// A fixed sequence, so that a failure can be seen again.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
