import MySQLFacts
import MySQLRules
import OCF
import Replication
import ReplicationActions
import Testing

@testable import MySQLActions

@Suite struct StateAttributesTests {
  private let replicating = Health("replicating", .score(ScoreLevel.standby))
  private let values = ParameterValues(Declarations.all, environment: [:])

  private func attributes(_ answer: ServerAnswer?, _ health: Health, _ memory: inout Memory) -> [String] {
    StateAttributes.of(answer, health, &memory, values).map { "\($0.name)=\($0.value)" }
  }

  private func attributes(_ answer: ServerAnswer?, _ health: Health, before: [String: String] = [:])
    -> [String]
  {
    var memory = Memory()
    for (name, value) in before { memory.notePublished(name, value) }
    return attributes(answer, health, &memory)
  }

  @Test func ofAPrimary() {
    #expect(
      attributes(Answers.server(isReadOnly: false), Health("primary", .score(ScoreLevel.primary))) == [
        "readable=1", "state=primary", "receiver=", "applier=", "lag-seconds=", "prepared=", "prepared-age=",
      ])
  }

  @Test func ofAReplica() {
    #expect(
      attributes(Answers.replica(), replicating) == [
        "readable=1", "state=replicating", "receiver=running", "applier=running", "lag-seconds=0",
        "prepared=",
        "prepared-age=",
      ])
  }

  @Test func ofABrokenReplica() {
    let broken = Answers.replica(Answers.channel(isApplying: false, applierError: 1062))
    #expect(
      attributes(broken, Health("broken", .never, degraded: true), before: ["readable": "1"]) == [
        "readable=0", "state=broken", "receiver=running", "applier=stopped", "lag-seconds=", "prepared=",
        "prepared-age=",
      ])
    let connecting = Answers.replica(Answers.channel(.connecting))
    #expect(attributes(connecting, Health("connecting", .unchanged)).contains("receiver=connecting"))
    let stopped = Answers.replica(Answers.channel(.stopped))
    #expect(attributes(stopped, Health("connecting", .unchanged)).contains("receiver=stopped"))
  }

  @Test func ofSilence() {
    #expect(
      attributes(nil, Health("not-answering", .unchanged, degraded: true), before: ["readable": "1"])
        == ["readable=0", "state=not-answering"])
  }

  @Test func whatIsDegradedIsNotReadable() {
    let degraded = Health("filtered", .never, degraded: true)
    #expect(attributes(Answers.replica(), degraded, before: ["readable": "1"]).first == "readable=0")
  }

  /// Every change of an attribute is a write to the CIB: lag is shown in steps.
  @Test(arguments: [(0, "0"), (4, "0"), (5, "8"), (100, "128")])
  func lagIsShownInSteps(seconds: Int, shown: String) {
    var channel = Answers.channel()
    channel.lag = .seconds(seconds)
    #expect(attributes(Answers.replica(channel), replicating).contains("lag-seconds=\(shown)"))
  }

  @Test func lagKeepsWhatIsShown() {
    var channel = Answers.channel()
    channel.lag = .seconds(9)
    let before = ["lag-seconds": "32", "readable": "1"]
    #expect(attributes(Answers.replica(channel), replicating, before: before).contains("lag-seconds=32"))
  }

  @Test func aReplicaThatLostItsPrimaryStaysReadableForAWhile() {
    let connecting = Answers.replica(Answers.channel(.connecting))
    for (seconds, readable) in [(10, "readable=1"), (3600, "readable=0")] {
      var memory = Memory()
      memory.notePublished("readable", "1")
      _ = memory.track("disconnected-since", holds: true, now: secondsSinceBoot() - Int64(seconds))
      #expect(attributes(connecting, Health("connecting", .unchanged), &memory).first == readable)
    }
  }

  @Test func preparedBranchesAreNamedInOneWord() {
    var answer = Answers.replica()
    answer.prepared = ["'z'", "'b','x y',7", "'a'", "'c'"]
    #expect(attributes(answer, replicating).contains("prepared=4:'a','b','xy',7,'c'"))
    answer.prepared = [String(repeating: "x", count: 500)]
    #expect(attributes(answer, replicating).contains("prepared=1:" + String(repeating: "x", count: 200)))
  }

  @Test func theOldestBranchIsAsOldAsItHasBeenSeen() {
    var memory = Memory()
    var answer = Answers.replica()
    answer.prepared = ["'old'"]
    #expect(attributes(answer, replicating, &memory).contains("prepared-age=0"))
    memory["branch.'old'"] = String(secondsSinceBoot() - 1000)
    answer.prepared = ["'new'", "'old'"]
    #expect(attributes(answer, replicating, &memory).contains("prepared-age=1920"))
    #expect(memory.since("branch.'new'") != nil)
    answer.prepared = ["'new'"]
    memory.notePublished("prepared-age", nil)
    #expect(attributes(answer, replicating, &memory).contains("prepared-age=0"))
    #expect(memory["branch.'old'"] == nil)
    answer.prepared = []
    #expect(attributes(answer, replicating, &memory).contains("prepared-age="))
    #expect(memory.fields.keys.allSatisfy { !$0.hasPrefix("branch.") })
  }

  /// What is remembered is kept in lines of NAME=VALUE.
  @Test func aBranchsNameCannotBreakTheMemory() {
    var memory = Memory()
    var answer = Answers.replica()
    answer.prepared = ["a=b\nfailed=1"]
    _ = attributes(answer, replicating, &memory)
    #expect(Set(memory.fields.keys) == ["branch.abfailed1"])
  }

  @Test func onlySoManyBranchesAreRemembered() {
    var memory = Memory()
    var answer = Answers.replica()
    answer.prepared = (0..<100).map { "'\($0)'" }
    #expect(attributes(answer, replicating, &memory).contains { $0.hasPrefix("prepared=100:") })
    #expect(memory.fields.count == 20)
  }
}
