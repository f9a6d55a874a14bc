import Testing

@testable import CIB

@Test func aRealClustersFacts() throws {
  let state = try Samples.state("healthy")
  #expect(state.featureSet == "3.16.1")
  #expect(state.schema == "pacemaker-3.9")
  #expect(state.hasQuorum == true)
  #expect(state.designatedController?.name == "node3")
  #expect(state.nodes.map(\.name) == ["node1", "node2", "node3"])
  #expect(state.nodes.map(\.kind) == [.member, .member, .member])
  #expect(state.options.isFencingEnabled && state.options.noQuorumPolicy == .stop)
  #expect(state.options["cluster-name"] == "lab")
  #expect(state.resources.map(\.id) == ["fence", "pg", "vip", "pgsql", "slow", "base"])
  #expect(state.promotedNodes(of: "pg") == ["node1"])
  #expect(state.promotedNodes(of: "pgsql") == [])
  #expect(state.address(of: "node2", for: "pg") == "10.78.0.2")
  #expect(state.address(of: "node1", for: "pg") == "node1")
  #expect(state.node(named: "node2")?.transientAttributes["readable"] == "yes")
  #expect(state.promotionScore(of: "pg", on: "node1")?.rawValue == 10)
  #expect(state.promotionScore(of: "pg:0", on: "node2")?.rawValue == 5)
  #expect(state.promotionScore(of: "pgsql", on: "node1") == nil)
}

@Test func aRealResource() throws {
  let state = try Samples.state("healthy")
  let resource = try #require(state.resource("pg"))
  #expect(resource.isPromotable && resource.clone?.id == "pg-clone" && resource.isManaged)
  #expect((resource.agentClass, resource.provider, resource.type) == ("ocf", "pacemaker", "Stateful"))
  #expect(resource.parameters == ["state": "/run/Stateful-pg.state"])
  #expect(
    resource.metaAttributes["notify"] == "true" && resource.metaAttributes["resource-stickiness"] == "10")
  #expect(
    resource.operations.filter { $0.name == "monitor" }.map {
      "\($0.role ?? "") \($0.interval) \($0.timeout ?? .zero)"
    }
      == ["Promoted 10.0 seconds 20.0 seconds", "Unpromoted 11.0 seconds 20.0 seconds"])
  #expect(state.resource("vip")?.containers.map(\.kind) == [.group])
  #expect(state.resource("base")?.isPromotable == false)
}

@Test func aRealHistory() throws {
  let history = try #require(try Samples.state("healthy").histories(of: "pg", on: "node1").first)
  let operation = try #require(history.operations.first)
  #expect((history.agentClass, history.provider, history.type) == ("ocf", "pacemaker", "Stateful"))
  #expect((operation.id, operation.name, operation.callID) == ("pg_last_0", "promote", 33))
  #expect((operation.exitCode, operation.status, operation.lastChange) == (0, .done, 1_795_465_853))
  #expect(operation.executionTime == .milliseconds(58) && operation.queueTime == .zero)
  #expect(operation.node == "node1" && operation.origin == "do_update_resource" && operation.exitReason == "")
  #expect(
    operation.transition
      == .init(action: 9, number: 3, expectedExitCode: 0, origin: "ad6be1be-d797-4831-8e48-1f383e6513c0"))
  #expect(history.inOrder.map(\.callID) == [33, 35])
}

@Test func failuresAreCountedForTheRightResource() throws {
  let failures = try Samples.state("failed-unpromoted").failures(of: "pg", on: "node2")
  #expect(failures.map(\.action) == ["asyncmon"] && failures.map(\.count.rawValue) == [1])
  #expect(failures.first?.last != nil)
  let state = try ClusterState.parse(
    cib(
      transient: nvpair("fail-count-pg#monitor_10000", "3")
        + nvpair("last-failure-pg#monitor_10000", "1700000000")
        + nvpair("fail-count-pgsql#start_0", "INFINITY") + nvpair("fail-count-pg#migrate_to_0", "INFINITY")
        + nvpair("fail-count-old", "2")))
  #expect(
    state.failures(of: "pg", on: "n1") == [
      .init(action: "migrate_to", interval: .zero, count: .infinity, last: nil),
      .init(action: "monitor", interval: .seconds(10), count: .init("3"), last: 1_700_000_000),
    ])
  #expect(state.failures(of: "old", on: "n1").map(\.action) == [nil])
}

@Test func transientAttributesOverridePermanentOnes() throws {
  let state = try ClusterState.parse(
    cib(
      transient: nvpair("master-pg", "-INFINITY") + nvpair("standby", "off"),
      permanent: nvpair("master-pg", "100") + nvpair("standby", "on") + nvpair("master-pgsql", "7")
        + nvpair("maintenance", "1")))
  #expect(state.promotionScore(of: "pg", on: "n1") == .minusInfinity)
  #expect(state.promotionScore(of: "pgsql", on: "N1")?.rawValue == 7)
  #expect(state.node(named: "n1")?.isStandby == false)
  #expect(state.node(named: "n1")?.isInMaintenance == true)
  #expect(state.isManaged("pg", on: "n1") == false)
}

/// The values are those that crm_resource -g and crm_attribute -G of 2.1.5 answer for the same text.
@Test func setsTemplatesAndReferencesAreMergedAsPacemakerDoes() throws {
  let state = try ClusterState.parse(
    cib(
      resources: """
        <template id="t" class="ocf" provider="pacemaker" type="Dummy">
          <instance_attributes id="i">\(nvpair("p", "template"))\(nvpair("q", "template"))</instance_attributes>
          <meta_attributes id="m">\(nvpair("is-managed", "false"))</meta_attributes>
          <operations><op id="t1" name="monitor" interval="10s" timeout="5s"/><op id="t2" name="start" interval="0"/></operations>
        </template>
        <primitive id="a" template="t">
          <instance_attributes id="a1">\(nvpair("p", "first"))\(nvpair("d", "one"))\(nvpair("d", "two"))</instance_attributes>
          <instance_attributes id="a2">\(nvpair("p", "second"))</instance_attributes>
          <instance_attributes id="a3" score="10">\(nvpair("s", "10"))</instance_attributes>
          <instance_attributes id="a4" score="20">\(nvpair("s", "20"))</instance_attributes>
          <instance_attributes id="a5">\(nvpair("s", "0"))</instance_attributes>
          <instance_attributes id="a6" score="30"><rule id="r" score="1"/>\(nvpair("s", "rule"))</instance_attributes>
          <operations><op id="a7" name="monitor" interval="10" timeout="1min" role="Master" on-fail="block"/></operations>
        </primitive>
        <primitive id="b" class="ocf" provider="p" type="t"><instance_attributes id-ref="a1"/>
          <meta_attributes id="bm"><nvpair id-ref="a-value" name="given"/></meta_attributes></primitive>
        <primitive id="c" class="ocf" provider="p" type="t"><instance_attributes id-ref="nowhere"/></primitive>
        <primitive id="loop" class="ocf" provider="p" type="t"><instance_attributes id="loop2" id-ref="loop2"/></primitive>
        """,
      options: "<nvpair id=\"a-value\" name=\"no-quorum-policy\" value=\"demote\"/>"))
  let a = try #require(state.resource("a"))
  #expect(a.parameters == ["p": "second", "q": "template", "d": "one", "s": "20"])
  #expect((a.agentClass, a.provider, a.type, a.template) == ("ocf", "pacemaker", "Dummy", "t"))
  #expect(!a.isManaged)
  #expect(a.operations.map(\.id) == ["a7", "t2"])
  #expect(a.operations.first?.timeout == .seconds(60) && a.operations.first?.role == "Promoted")
  #expect(a.operations.first?.onFail == "block")
  #expect(state.resource("b")?.parameters == ["p": "first", "d": "one"])
  #expect(state.resource("b")?.metaAttributes == ["given": "demote"])
  #expect(state.resource("c")?.parameters == [:] && state.resource("loop")?.parameters == [:])
}

@Test func theBootstrapOptionsComeFirst() throws {
  let text = """
    <cib><configuration><crm_config>
      <cluster_property_set id="a" score="100">\(nvpair("no-quorum-policy", "ignore"))\(nvpair("tie", "a"))</cluster_property_set>
      <cluster_property_set id="cib-bootstrap-options">\(nvpair("no-quorum-policy", "fence"))</cluster_property_set>
      <cluster_property_set id="martlet">\(nvpair("tie", "b"))\(nvpair("record", "1"))</cluster_property_set>
    </crm_config></configuration></cib>
    """
  let options = try ClusterState.parse(Array(text.utf8)).options
  #expect(options.noQuorumPolicy == .fence)
  #expect(options["tie"] == "a" && options["record"] == "1" && options["none"] == nil)
  #expect(options.sets.map(\.id) == ["a", "cib-bootstrap-options", "martlet"])
  #expect(options.isFencingEnabled && !options.isInMaintenance)
}

@Test func promotableInEveryForm() throws {
  let primitive = "<primitive id=\"x\" class=\"ocf\" provider=\"p\" type=\"t\"/>"
  let forms = [
    "<master id=\"m\">\(primitive)</master>",
    "<clone id=\"c\"><meta_attributes id=\"i\">\(nvpair("promotable", "yes"))</meta_attributes>\(primitive)</clone>",
    "<clone id=\"c\"><meta_attributes id=\"i\">\(nvpair("promotable", "1"))</meta_attributes>"
      + "<group id=\"g\">\(primitive)</group></clone>",
    "<bundle id=\"b\"><docker image=\"i\" promoted-max=\"1\"/>\(primitive)</bundle>",
    "<clone id=\"c\">\(primitive)</clone>", "<group id=\"g\">\(primitive)</group>", primitive,
  ]
  let found = try forms.map { try ClusterState.parse(cib(resources: $0)).resource("x")?.isPromotable }
  #expect(found == [true, true, true, true, false, false, false])
}

@Test func remoteNodes() throws {
  let text = """
    <cib><configuration><nodes><node id="1" uname="n1"/><node id="far" type="remote" uname="far"/></nodes>
      <resources><primitive id="far" class="ocf" provider="pacemaker" type="remote"/></resources></configuration>
      <status><node_state id="1" uname="n1" in_ccm="1" crmd="online" join="member" expected="member"><lrm id="1">
      <lrm_resources>\(history("far", ["start 0 0 0"]))</lrm_resources></lrm></node_state>
      <node_state id="far" uname="far" remote_node="true" in_ccm="true"/>
      <node_state id="guest" uname="guest" remote_node="true" in_ccm="false" node_fenced="1"/></status></cib>
    """
  let state = try ClusterState.parse(Array(text.utf8))
  #expect(state.nodes.map(\.kind) == [.member, .remote, .remote])
  #expect(state.nodes.map { state.availability(of: $0.name) } == [.online, .online, .offline])
  #expect(state.node(named: "guest")?.membership?.isRemoteFenced == true)
}

@Test func fencingEvents() throws {
  let events = try FencingEvent.parse(Samples.bytes("fencing-history"))
  #expect(
    events == [
      FencingEvent(
        action: "reboot", target: "node3", client: "pacemaker-controld.40", origin: "node2",
        delegate: "node1",
        status: .success, completed: "2026-11-23 20:31:24Z", exitReason: nil)
    ])
  #expect(throws: CIBError.self) { try FencingEvent.parse(Samples.bytes("healthy")) }
}
