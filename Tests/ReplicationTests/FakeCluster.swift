import Host
import OCF
import ReplicationActions
import TestSupport

/// An action in a cluster whose tools write down what they were told to do, and do nothing.
struct FakeCluster: ActionContext {
  let invocation: Invocation
  let cluster: Cluster
  let run: RunDirectory
  let log: Log
  let deadline = soon()
  private let scratch: Scratch

  init(_ given: [String: String] = [:], toolsFail: Bool = false) throws {
    scratch = try Scratch()
    let environment = [
      "OCF_RESOURCE_INSTANCE": "db:0", "HA_LOGFACILITY": "none", "HA_LOGFILE": scratch.file("log"),
      "HA_RSCTMP": scratch.file("run"), "OCF_RESKEY_CRM_meta_interval": "10000",
    ].merging(given) { $1 }
    invocation = Invocation(environment: environment)
    log = Log(agent: "test", instance: "db", environment: environment)
    for tool in ["crm_attribute", "attrd_updater", "crm_resource"] {
      _ = try scratch.script(
        tool, "echo \(tool) \"$@\" >> \(scratch.file("calls")); exit \(toolsFail ? 1 : 0)")
    }
    let tools = ClusterTools(node: "n1", instance: "db", directories: [scratch.path])
    cluster = Cluster(tools: tools, instance: "db", log: log)
    run = RunDirectory(agent: "test", instance: "db", environment: environment)
  }

  /// From now on the cluster answers, and manages its resources or does not.
  func manage(_ isManaged: Bool = true) throws { try answer(cib(maintenance: !isManaged)) }

  /// From now on the cluster answers with this.
  func answer(_ cib: String) throws {
    try Files.writeAtomically(cib, to: scratch.file("cib"))
    _ = try scratch.script("cibadmin", "exec cat \(scratch.file("cib"))")
  }

  /// What the tools were told, without what is the same in every call.
  var calls: [String] {
    lines("calls").map {
      $0.replacing(" --node=n1", with: "").replacing(" --lifetime=reboot --promotion=db", with: "")
    }
  }

  /// What is in the log, from the level on.
  var logged: [String] {
    lines("log").map { line in line.firstRange(of: ": ").map { String(line[$0.upperBound...]) } ?? line }
  }

  private func lines(_ file: String) -> [String] {
    ((try? Files.readText(scratch.file(file))) ?? "").split(separator: "\n").map(String.init)
  }
}

/// The least that is a CIB, of a cluster that is in maintenance mode or not.
func cib(maintenance: Bool) -> String {
  """
  <cib><configuration><crm_config><cluster_property_set id="o"><nvpair id="m" name="maintenance-mode" \
  value="\(maintenance)"/></cluster_property_set></crm_config><nodes/><resources/></configuration><status/></cib>
  """
}
