@testable import CIB

/// The files in Samples: CIBs, and next to some what `CIB_file=X.xml crm_mon -1 --output-as=xml` says of them.
enum Samples {
  /// CIBs that have crm_mon's verdict next to them.
  static let judged = [
    "fresh", "healthy", "failed-unpromoted", "pending-start", "standby", "maintenance", "lost", "fenced",
    "controller-lost", "cases", "availability-fencing", "availability-no-fencing",
  ]

  private static func path(_ name: String, file: String = #filePath) -> String {
    let directory = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
      separator: "/")
    return "\(directory)/Samples/\(name).xml"
  }

  static func bytes(_ name: String) throws -> [UInt8] { try contents(path(name)) }

  /// Writes the sample if UPDATE_SAMPLES is set, so that it can be judged anew.
  static func update(_ name: String, _ bytes: [UInt8]) throws {
    if isSet("UPDATE_SAMPLES") { try write(bytes, to: path(name)) }
  }

  static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  static func state(_ name: String) throws -> ClusterState { try ClusterState.parse(bytes(name)) }
}

/// A CIB of one node named n1 that is online without fencing, with these resources, attributes and histories.
func cib(
  resources: String = "", transient: String = "", permanent: String = "", history: String = "",
  options: String = ""
) -> [UInt8] {
  Array(
    """
    <cib validate-with="none" admin_epoch="0" epoch="7" num_updates="3" crm_feature_set="3.16.1" have-quorum="1" dc-uuid="1">
      <configuration>
        <crm_config><cluster_property_set id="cib-bootstrap-options">
          <nvpair id="f" name="stonith-enabled" value="false"/>\(options)</cluster_property_set></crm_config>
        <nodes><node id="1" uname="n1"><instance_attributes id="p">\(permanent)</instance_attributes></node></nodes>
        <resources>\(resources)</resources><constraints/>
      </configuration>
      <status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
        <transient_attributes id="1"><instance_attributes id="t">\(transient)</instance_attributes></transient_attributes>
        <lrm id="1"><lrm_resources>\(history)</lrm_resources></lrm>
      </node_state></status>
    </cib>
    """.utf8)
}

func nvpair(_ name: String, _ value: String) -> String {
  "<nvpair id=\"x\" name=\"\(name)\" value=\"\(value)\"/>"
}

/// A history of operations, each written "action/interval rc status expected", in the order of their calls; a call
/// of its own is written "@call" at the end.
func history(_ id: String, _ operations: [String]) -> String {
  let entries = operations.enumerated().map { index, text in
    let words = text.split(separator: " ").map(String.init)
    let action = words[0].split(separator: "/").map(String.init)
    let call = words.count > 4 ? String(words[4].dropFirst()) : (words[2] == "-1" ? "-1" : "\(index + 10)")
    return """
      <lrm_rsc_op id="\(id)_\(index)" operation="\(action[0])" interval="\(action.count > 1 ? action[1] : "0")" \
      call-id="\(call)" rc-code="\(words[1])" op-status="\(words[2])" last-rc-change="\(1_700_000_000 + index)" \
      transition-key="4:\(index + 1):\(words[3]):c0ffee" \
      transition-magic="\(words[2]):\(words[1]);4:\(index + 1):\(words[3]):c0ffee" exec-time="12" queue-time="0" on_node="n1" exit-reason=""/>
      """
  }
  return
    "<lrm_resource id=\"\(id)\" class=\"ocf\" provider=\"p\" type=\"t\">\(entries.joined())</lrm_resource>"
}
