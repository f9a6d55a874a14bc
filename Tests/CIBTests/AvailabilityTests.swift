import CIB
import Testing

private struct Row {
  let state: String
  let attributes: String
  init(_ state: String, _ attributes: String = "") {
    self.state = state
    self.attributes = attributes
  }
}

/// Every combination of the four words, and the attributes that matter.
private let rows: [Row] = {
  var rows: [Row] = []
  for inCCM in ["in_ccm=\"true\"", "in_ccm=\"false\"", ""] {
    for crmd in ["crmd=\"online\"", "crmd=\"offline\""] {
      for join in ["down", "pending", "member", "banned"] {
        for expected in ["expected=\"member\"", "expected=\"down\"", ""] {
          rows.append(Row("\(inCCM) \(crmd) join=\"\(join)\" \(expected)"))
        }
      }
    }
  }
  let up = "in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\""
  let down = "in_ccm=\"false\" crmd=\"offline\" join=\"down\" expected=\"member\""
  for attribute in [
    nvpair("shutdown", "1700000000"), nvpair("terminate", "true"), nvpair("terminate", "1700000000"),
  ] {
    rows += [Row(up, attribute), Row(down, attribute)]
  }
  return rows + [Row(up, nvpair("standby", "on")), Row(up, nvpair("maintenance", "true"))]
}()

private func bytes(fencing: Bool) -> [UInt8] {
  let nodes =
    rows.indices.map { "<node id=\"\($0)\" uname=\"n\($0)\"/>" }.joined()
    + "<node id=\"999\" uname=\"never\"/>"
  let states = rows.enumerated().map { index, row in
    """
    <node_state id="\(index)" uname="n\(index)" \(row.state)><transient_attributes id="\(index)">\
    <instance_attributes id="status-\(index)">\(row.attributes)</instance_attributes></transient_attributes></node_state>
    """
  }
  return Array(
    """
    <cib validate-with="none" admin_epoch="0" epoch="7" num_updates="3" crm_feature_set="3.16.1" have-quorum="1" dc-uuid="26">
      <configuration><crm_config><cluster_property_set id="cib-bootstrap-options">
      <nvpair id="f" name="stonith-enabled" value="\(fencing)"/></cluster_property_set></crm_config>
      <nodes>\(nodes)</nodes><resources/><constraints/></configuration>
      <status>\(states.joined(separator: "\n"))</status>
    </cib>
    """.utf8)
}

/// These samples hold every combination; JudgedTests compares the verdicts with Pacemaker's.
@Test(arguments: [true, false])
func theNodesAreThoseThatPacemakerJudged(fencing: Bool) throws {
  let name = fencing ? "availability-fencing" : "availability-no-fencing"
  try Samples.update(name, bytes(fencing: fencing))
  #expect(try Samples.bytes(name) == bytes(fencing: fencing))
}

@Test(arguments: [
  "availability-fencing", "availability-no-fencing", "healthy", "lost", "fenced", "controller-lost",
])
func timesInsteadOfWordsMeanTheSame(sample: String) throws {
  let words = try Samples.state(sample)
  var text = try Samples.text(sample)
  for (old, new) in [
    ("in_ccm=\"true\"", "in_ccm=\"1721063239\""), ("in_ccm=\"false\"", "in_ccm=\"0\""),
    ("crmd=\"online\"", "crmd=\"1721063240\""), ("crmd=\"offline\"", "crmd=\"0\""),
    ("crm_feature_set=\"3.16.1\"", "crm_feature_set=\"3.20.1\""),
  ] { text = text.replacing(old, with: new) }
  let times = try ClusterState.parse(Array(text.utf8))
  #expect(times.featureSet == "3.20.1")
  for node in words.nodes { #expect(times.availability(of: node.name) == words.availability(of: node.name)) }
  let present = times.nodes.compactMap(\.membership?.cluster).filter(\.isPresent)
  #expect(!present.isEmpty && present.allSatisfy { $0 == .present(since: 1_721_063_239) })
  let online = times.nodes.compactMap(\.membership?.controller).filter(\.isPresent)
  #expect(!online.isEmpty && online.allSatisfy { $0 == .present(since: 1_721_063_240) })
}

@Test func wordsThatNobodyKnowsAreKept() throws {
  let text = """
    <cib><status><node_state id="9" uname="x" in_ccm="maybe" crmd="-4" join="later" expected="member"/></status></cib>
    """
  let node = try #require(try ClusterState.parse(Array(text.utf8)).node(named: "x"))
  #expect(node.membership?.cluster == nil)
  #expect(node.membership?.controller == .absent)
  #expect(node.membership?.join == .other("later"))
}
