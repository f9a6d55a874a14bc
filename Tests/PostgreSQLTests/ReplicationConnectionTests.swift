import OCF
import PostgreSQLFacts
import PostgreSQLRules
import Replication
import ReplicationActions
import Testing

@testable import PostgreSQLActions

@Suite struct ReplicationConnectionTests {
  private func connection(_ parameters: [String: String], name: String = "db1") -> ReplicationConnection {
    var environment = ["OCF_RESKEY_pgdata": "/nonexistent/pg"]
    for (name, value) in parameters { environment["OCF_RESKEY_" + name] = value }
    let instance = Instance(name: "pg", values: ParameterValues(Declarations.all, environment: environment))
    return ReplicationConnection(instance: instance, port: 5433, applicationName: name)
  }

  private let tail = "connect_timeout=5 keepalives_idle=5 keepalives_interval=2 keepalives_count=3"

  @Test func followsNobody() { #expect(connection([:]).string(to: nil) == "") }

  @Test func namesThePrimary() {
    #expect(
      connection([:]).string(to: Upstream(node: "db2", address: "db2.example.com"))
        == "host=db2.example.com port=5433 user=postgres application_name=db1 " + tail)
    #expect(
      connection(["replication_user": "repl"]).string(to: Upstream(node: "db2", address: "fd00::2"))
        == "host=fd00::2 port=5433 user=repl application_name=db1 " + tail)
  }

  @Test func addsWhatTheOperatorGave() {
    #expect(
      connection(["passfile": "/etc/pg pass", "replication_options": "sslmode=verify-full"], name: "it's")
        .string(to: Upstream(node: "db2", address: "db2"))
        == #"host=db2 port=5433 user=postgres application_name='it\'s' "# + tail
        + " passfile='/etc/pg pass' sslmode=verify-full")
  }
}

@Suite struct StateAttributesTests {
  private func attributes(_ answer: ServerAnswer?, _ health: Health, before: [String: String] = [:])
    -> [String]
  {
    var memory = Memory()
    for (name, value) in before { memory.notePublished(name, value) }
    let values = ParameterValues(Declarations.all, environment: ["OCF_RESKEY_pgdata": "/srv/pg"])
    return StateAttributes.of(answer, health, &memory, values).map { "\($0.name)=\($0.value)" }
  }

  @Test func ofAPrimary() {
    var answer = ServerAnswer(standby: nil)
    answer.timeline = Timeline(4 as UInt32)
    answer.preparedTransactions = 2
    answer.oldestPrepared = .seconds(50)
    #expect(
      attributes(answer, Health("primary", .score(1000))) == [
        "readable=1", "state=primary", "timeline=4", "receiver=", "lag-bytes=", "lag-seconds=", "prepared=2",
        "prepared-age=0",
      ])
  }

  private var lagging: ServerAnswer {
    var standby = ServerAnswer.Standby()
    standby.receiverStatus = "streaming"
    standby.sendersEnd = LSN(3 << 20)
    standby.received = LSN(0)
    standby.replayed = LSN(0)
    standby.replayAge = .seconds(20)
    return ServerAnswer(standby: standby)
  }

  @Test func ofAStandbyThatLags() {
    let rest = [
      "state=streaming", "receiver=streaming", "lag-bytes=4194304", "lag-seconds=32", "prepared=",
      "prepared-age=",
    ]
    let health = Health("streaming", .score(100))
    #expect(attributes(lagging, health) == ["readable=0"] + rest)
    // It was readable, and is less than 30 s behind.
    #expect(attributes(lagging, health, before: ["readable": "1"]) == ["readable=1"] + rest)
  }

  @Test func whatIsDegradedIsNotReadable() {
    let attributes = attributes(
      lagging, Health("diverged", .never, degraded: true), before: ["readable": "1"])
    #expect(attributes.first == "readable=0")
  }

  @Test func ofSilence() {
    #expect(
      attributes(nil, Health("not-answering", .unchanged, degraded: true)) == [
        "readable=0", "state=not-answering",
      ])
  }
}
