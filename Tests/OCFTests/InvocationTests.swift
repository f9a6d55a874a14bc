import Testing

@testable import OCF

@Suite struct InvocationTests {
  @Test func withoutAnyEnvironmentTheDefaultsHold() {
    let call = Invocation(environment: [:])
    #expect(call.instance == "default")
    #expect(call.node == nil)
    #expect(call.timeout == .seconds(20))
    #expect(call.interval == .zero)
    #expect(call.isProbe)
    #expect(call.expectedRole == nil)
    #expect(call.checkLevel == 0)
    #expect(call.lists == nil)
    #expect(call.notification == nil)
    #expect(call.unsupportedVersion == nil)
  }

  /// ocf-tester exports these and nothing else: no version, no node, no notify variables.
  @Test func underOcfTester() {
    let call = Invocation(environment: [
      "OCF_ROOT": "/usr/lib/ocf", "OCF_RESOURCE_INSTANCE": "pgsql", "OCF_RESKEY_pgdata": "/data",
      "OCF_RESKEY_CRM_meta_timeout": "20000", "OCF_RESKEY_CRM_meta_interval": "10000",
      "__OCF_ACTION": "monitor",
    ])
    #expect(call.instance == "pgsql")
    #expect(call.node == nil)
    #expect(call.timeout == .seconds(20))
    #expect(call.interval == .seconds(10))
    #expect(!call.isProbe)
    #expect(call.lists == nil)
    #expect(call.notification == nil)
  }

  /// `crm_resource --force-*` and `--validate` without `-r`: the instance is called `test`, and no list is sent.
  @Test func underCrmResourceForce() {
    let call = Invocation(environment: [
      "OCF_RA_VERSION_MAJOR": "1", "OCF_RA_VERSION_MINOR": "1", "OCF_ROOT": "/usr/lib/ocf",
      "OCF_EXIT_REASON_PREFIX": "ocf-exit-reason:", "OCF_RESOURCE_INSTANCE": "test",
      "OCF_RESOURCE_TYPE": "postgresql", "OCF_RESOURCE_PROVIDER": "martlet",
      "OCF_RESKEY_CRM_meta_timeout": "60000", "OCF_RESKEY_crm_feature_set": "3.16.2",
      "OCF_CHECK_LEVEL": "10", "PCMK_service": "crm_resource",
    ])
    #expect(call.instance == "test")
    #expect(call.timeout == .seconds(60))
    #expect(call.isProbe)
    #expect(call.checkLevel == 10)
    #expect(call.lists == nil)
    #expect(call.notification == nil)
    #expect(call.unsupportedVersion == nil)
  }

  @Test func inACluster() {
    let call = Invocation(environment: [
      "OCF_RESOURCE_INSTANCE": "pgsql:2", "OCF_RESKEY_CRM_meta_on_node": "pg1",
      "OCF_RESKEY_CRM_meta_role": "Promoted", "OCF_RESKEY_CRM_meta_interval": "10000",
      "OCF_RESKEY_CRM_meta_timeout": "15000",
    ])
    #expect(call.instance == "pgsql")
    #expect(call.node == "pg1")
    #expect(call.expectedRole == .promoted)
    #expect(call.interval == .seconds(10))
    #expect(call.timeout == .seconds(15))
  }

  @Test(arguments: [
    ("Promoted", InstanceRole.promoted), ("Master", .promoted), ("Unpromoted", .unpromoted),
    ("Slave", .unpromoted), ("Started", .unpromoted), ("Stopped", nil), ("promoted", nil), ("", nil),
  ])
  func rolesBearOldNamesToo(name: String, role: InstanceRole?) {
    #expect(Invocation(environment: ["OCF_RESKEY_CRM_meta_role": name]).expectedRole == role)
  }

  @Test(arguments: [
    ("pgsql:0", "pgsql"), ("pgsql:12", "pgsql"), ("pgsql", "pgsql"), ("a:b", "a:b"), ("a:b:3", "a:b"),
    ("pgsql:", "pgsql:"), ("pgsql:1x", "pgsql:1x"), ("pgsql:٣", "pgsql:٣"), ("", "default"),
  ])
  func theNumberOfACloneInstanceIsCutOff(name: String, base: String) {
    #expect(Invocation(environment: ["OCF_RESOURCE_INSTANCE": name]).instance == base)
  }

  @Test(arguments: ["", "soon", "20s", "0", "-5"])
  func aTimeoutThatIsNoneIsTheDefault(value: String) {
    #expect(Invocation(environment: ["OCF_RESKEY_CRM_meta_timeout": value]).timeout == .seconds(20))
  }

  @Test func whatIsEmptyIsNotThere() {
    let call = Invocation(environment: [
      "OCF_RESKEY_CRM_meta_on_node": "", "OCF_RESKEY_CRM_meta_interval": "", "OCF_CHECK_LEVEL": "",
      "OCF_RA_VERSION_MAJOR": "",
    ])
    #expect(call.node == nil)
    #expect(call.isProbe)
    #expect(call.checkLevel == 0)
    #expect(call.unsupportedVersion == nil)
  }

  @Test func anotherMajorVersionIsNamed() {
    #expect(Invocation(environment: ["OCF_RA_VERSION_MAJOR": "2"]).unsupportedVersion == "2")
  }
}
