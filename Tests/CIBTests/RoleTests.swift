import CIB
import Testing

private let promotable =
  "<clone id=\"pg-clone\"><meta_attributes id=\"m\">\(nvpair("promotable", "true"))</meta_attributes>"
  + "<primitive id=\"pg\" class=\"ocf\" provider=\"p\" type=\"t\"/></clone>"

private func role(_ operations: [String], resources: String = promotable) throws -> ObservedRole {
  let bytes = cib(resources: resources, history: history("pg", operations))
  return try ClusterState.parse(bytes).role(of: "pg", on: "n1")
}

@Test(arguments: roleCases)
func theRoleFollowsFromTheOperations(operations: [String], expected: ObservedRole) throws {
  #expect(try role(operations) == expected)
}

/// The same rows as one CIB, which Pacemaker judges: see Samples/README.
@Test func theRowsAreThoseThatPacemakerJudged() throws {
  let ids = roleCases.indices.map { "case-\($0 < 10 ? "0" : "")\($0)" }
  let resources = ids.map { promotable.replacing("pg", with: $0) }.joined(separator: "\n")
  let histories = zip(ids, roleCases).map { history($0, $1.0) }.joined(separator: "\n")
  let bytes = cib(resources: resources, history: histories)
  try Samples.update("cases", bytes)
  #expect(try Samples.bytes("cases") == bytes)
}

let roleCases: [([String], ObservedRole)] = [
  ([], .unknown),
  (["monitor 7 0 7"], .stopped),
  (["monitor 0 0 7"], .unpromoted),
  (["monitor 8 0 7"], .promoted),
  (["monitor 9 0 7"], .promoted),
  (["monitor 191 0 7"], .promoted),
  (["monitor 190 0 7"], .unpromoted),
  (["monitor 5 0 7"], .stopped),
  (["monitor 1 0 7"], .unpromoted),
  (["start 0 0 0"], .unpromoted),
  (["start 1 0 0"], .unpromoted),
  (["start 0 0 0", "promote 0 0 0"], .promoted),
  (["start 0 0 0", "promote 1 0 0"], .promoted),
  (["start 0 0 0", "promote 0 0 0", "demote 0 0 0"], .unpromoted),
  (["start 0 0 0", "promote 0 0 0", "demote 1 0 0"], .unpromoted),
  (["start 0 0 0", "promote 0 0 0", "demote 7 0 0"], .unpromoted),
  (["start 0 0 0", "promote 0 0 0", "monitor/10000 8 0 8"], .promoted),
  (["start 0 0 0", "promote 0 0 0", "monitor/10000 191 0 8"], .promoted),
  (["start 0 0 0", "promote 0 0 0", "monitor/10000 7 0 8"], .promoted),
  (["start 0 0 0", "monitor/11000 8 0 0"], .promoted),
  (["start 0 0 0", "stop 0 0 0"], .stopped),
  (["start 0 0 0", "stop 1 0 0"], .unpromoted),
  (["start 0 0 0", "promote 0 0 0", "stop 1 2 0"], .promoted),
  (["start 0 0 0", "stop 0 0 0", "start 193 -1 0"], .unpromoted),
  (["start 0 0 0", "promote 193 -1 0"], .promoted),
  (["start 0 0 0", "promote 0 0 0", "demote 193 -1 0"], .promoted),
  (["start 0 0 0", "promote 0 0 0", "stop 193 -1 0"], .promoted),
  (["start 0 0 0 @30", "stop 0 0 0 @20"], .unpromoted),
  (["promote 0 0 0 @21", "start 0 0 0 @20", "demote 0 0 0 @19"], .promoted),
]

@Test func aPendingOperationOfAnOlderTransitionCameBefore() throws {
  // The start was never confirmed, and a later transition's stop succeeded.
  #expect(try role(["start 193 -1 0", "stop 0 0 0"]) == .stopped)
}

@Test func aResourceInMaintenanceThatIsFoundStoppedIsStopped() throws {
  let operations = ["start 0 0 0", "monitor/10000 7 0 0"]
  #expect(try role(operations) == .unpromoted)
  let inMaintenance = cib(
    resources: promotable, history: history("pg", operations), options: nvpair("maintenance-mode", "true"))
  #expect(try ClusterState.parse(inMaintenance).role(of: "pg", on: "n1") == .stopped)
}

@Test func anIgnoredFailureCountsAsWhatWasExpected() throws {
  let resources =
    "<primitive id=\"pg\" class=\"ocf\" provider=\"p\" type=\"t\"><operations>"
    + "<op id=\"o\" name=\"stop\" interval=\"0\" on-fail=\"ignore\"/></operations></primitive>"
  #expect(try role(["start 0 0 0", "stop 1 0 0"], resources: resources) == .stopped)
}

@Test func aDemoteThatBlocksLeavesItPromoted() throws {
  let resources = promotable.replacing(
    "/></clone>",
    with:
      "><operations><op id=\"o\" name=\"demote\" interval=\"0s\" on-fail=\"block\"/></operations></primitive></clone>"
  )
  #expect(try role(["start 0 0 0", "promote 0 0 0", "demote 1 0 0"], resources: resources) == .promoted)
}

@Test func historiesMatchByBaseNameOnly() throws {
  let state = try ClusterState.parse(
    cib(
      history: history("pgsql", ["start 0 0 0"]) + history("pg:10", ["start 0 0 0", "promote 0 0 0"])
        + history("pg:1", ["monitor 7 0 7"]) + history("db", ["start 0 0 0"])))
  #expect(state.histories(of: "pg", on: "n1").map(\.id) == ["pg:10", "pg:1"])
  #expect(state.role(of: "pg", on: "n1") == .promoted)
  #expect(state.role(of: "pg:1", on: "n1") == .stopped)
  #expect(state.role(of: "pg:10", on: "n1") == .promoted)
  #expect(state.role(of: "pg:2", on: "n1") == .unknown)
  #expect(state.role(of: "pgsql", on: "N1") == .unpromoted)
  #expect(state.role(of: "db:0", on: "n1") == .unpromoted)
  #expect(state.role(of: "p", on: "n1") == .unknown)
}

@Test func failedPendingAndDegradedOperations() throws {
  let operations = try ClusterState.parse(
    cib(
      history: history(
        "pg",
        [
          "start 0 0 0", "monitor/10000 191 0 8", "monitor/10000 190 0 8", "stop 193 -1 0", "monitor 5 0 7",
          "monitor 0 0 7",
          "start 1 2 0",
        ]))
  ).histories(of: "pg", on: "n1").flatMap(\.operations)
  #expect(operations.map(\.isFailed) == [false, false, true, false, false, false, true])
  #expect(operations.map(\.isPending) == [false, false, false, true, false, false, false])
  #expect(operations.map(\.isDegraded) == [false, true, true, false, false, false, false])
}

@Test func aNodeThatIsGoneCountsOnlyWithFencing() throws {
  let here = "id=\"1\" uname=\"node1\" in_ccm=\"true\" crmd=\"online\""
  let text = try Samples.text("healthy")
  #expect(text.contains(here) && text.contains("name=\"stonith-enabled\" value=\"true\""))
  let gone = text.replacing(here, with: "id=\"1\" uname=\"node1\" in_ccm=\"false\" crmd=\"offline\"")
  #expect(try ClusterState.parse(Array(gone.utf8)).promotedNodes(of: "pg") == ["node1"])
  let unfenced = gone.replacing(
    "name=\"stonith-enabled\" value=\"true\"", with: "name=\"stonith-enabled\" value=\"false\"")
  #expect(try ClusterState.parse(Array(unfenced.utf8)).promotedNodes(of: "pg") == [])
}

@Test func aPendingOperationWhoseFailureIsRecordedIsOver() throws {
  // Asked for by a controller that is gone, so that its place in time cannot be told from the transition's number.
  let entries = history("pg", ["promote 193 -1 0", "promote 1 0 0", "demote 0 0 0"])
  let bytes = cib(resources: promotable, history: entries.replacing("4:1:0:c0ffee", with: "4:1:0:decaf"))
  #expect(try ClusterState.parse(bytes).role(of: "pg", on: "n1") == .unpromoted)
  let started = cib(
    resources: promotable,
    history: history("pg", ["promote 193 -1 0", "start 0 0 0"]).replacing("4:1:0:c0ffee", with: "4:1:0:decaf")
  )
  #expect(try ClusterState.parse(started).role(of: "pg", on: "n1") == .promoted)
}
