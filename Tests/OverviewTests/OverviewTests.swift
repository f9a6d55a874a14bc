import Foundation
import OCF
import Replication
import Testing

@testable import CIB
@testable import Overview

/// What real clusters looked like, beside what is printed of them.
private let samples = [
  "lost", "maintenance", "mariadb", "node-away", "paused", "quorum", "standby", "taken-over-now",
]

private func place(_ name: String, file: String = #filePath) -> URL {
  URL(fileURLWithPath: file).deletingLastPathComponent().appending(path: "Samples/\(name)")
}

private func file(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: place(name))) }

/// Compares with what is kept beside the sample, or writes it if UPDATE_SAMPLES is set, to be read before it is committed.
private func expect(_ text: String, isIn name: String) throws {
  if ProcessInfo.processInfo.environment["UPDATE_SAMPLES"] != nil {
    try Data(text.utf8).write(to: place(name))
  }
  #expect(text == String(decoding: try file(name), as: UTF8.self))
}

private func overview(_ sample: String) throws -> ClusterOverview {
  ClusterOverview(try ClusterState.parse(try file("\(sample).xml")))
}

/// Ten minutes after the last thing that happened.
private func now(_ overview: ClusterOverview) -> Int {
  (overview.resources.flatMap(\.instances).compactMap(\.since).max() ?? 0) + 600
}

@Test(arguments: samples) func whatIsPrinted(sample: String) throws {
  let overview = try overview(sample)
  let wide = overview.text(Style(hasColour: false, columns: nil), now: now(overview))
  let narrow = overview.text(Style(hasColour: true, columns: 44), now: now(overview))
  let text = "\(wide)\n--- 44 columns, in colour ---\n\(narrow)".replacingOccurrences(of: "\u{1B}", with: "^")
  try expect(text, isIn: "\(sample).txt")
}

@Test(arguments: samples) func whatProgramsGet(sample: String) throws {
  let json = try overview(sample).json.text() + "\n"
  try expect(json, isIn: "\(sample).json")
  #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.utf8)) }
}

/// Nobody's line is longer than the terminal, save for what cannot be broken.
@Test(arguments: samples, [40, 60, 80]) func itFitsTheTerminal(sample: String, columns: Int) throws {
  let overview = try overview(sample)
  for line in overview.text(Style(hasColour: false, columns: columns), now: now(overview)).split(
    separator: "\n")
  {
    #expect(line.count <= columns, "\(line)")
  }
}

private func instance(
  _ node: String, _ role: InstanceOverview.Role, score: Int? = 100_000, state: String? = nil
)
  -> InstanceOverview
{
  var instance = InstanceOverview(node: node, availability: .online, role: role)
  instance.score = score.map { ClusterState.Score(rawValue: $0) }
  instance.state = state ?? (role == .primary ? "primary" : role == .stopped ? "stopped" : "streaming")
  return instance
}

private func database(_ instances: InstanceOverview...) -> ResourceOverview {
  ResourceOverview(id: "db", agent: "postgresql", instances: instances)
}

/// Each row of the table, by what brings it about.
@Test func everyVerdictHasItsCause() {
  let primary = instance("a", .primary, score: 500_000)
  let standby = instance("b", .standby)
  var cases: [(String, ResourceOverview)] = []
  var cut = database(primary, standby)
  cut.hasQuorum = false
  cases.append(("status/10", cut))
  cases.append(("status/20", database(primary, instance("b", .primary))))
  var lost = instance("a", .unknown, score: nil)
  lost.availability = .unclean
  cases.append(("status/30", database(lost, standby)))
  cases.append(
    (
      "status/40",
      database(instance("a", .standby, score: nil, state: "loss-possible"), instance("b", .stopped))
    ))
  cases.append(("status/50", database(instance("a", .stopped), standby)))
  var left = database(primary, standby)
  left.isInMaintenance = true
  cases.append(("status/60", left))
  cases.append(("status/70", database(primary, instance("b", .standby, score: -1_000_000))))
  var bound = database(primary, standby, instance("c", .stopped))
  bound.record = DurabilityRecord(copies: 2, members: ["a", "c", "d"])
  cases.append(("status/72", bound))
  cases.append(
    ("status/80", database(primary, standby, instance("c", .standby, score: nil, state: "diverged"))))
  cases.append(("status/82", database(primary, standby, instance("c", .stopped))))
  cases.append(("status/83", database(primary, standby, instance("c", .standby, state: "paused"))))
  var sick = standby
  sick.reason = "its disk is full"
  cases.append(("status/84", database(primary, sick)))
  var failed = standby
  failed.failures = 2
  cases.append(("status/86", database(primary, failed)))
  cases.append(("status/90", database(primary, standby)))
  for (rule, overview) in cases { #expect(overview.decision.rule == rule, "\(overview.decision)") }
  #expect(Set(cases.map(\.0)) == Set((overviewRules.rows + [overviewRules.otherwise]).map(\.id)))
}

@Test func whatWouldBeLost() {
  let primary = instance("a", .primary, score: 500_000)
  var overview = database(primary, instance("b", .standby), instance("c", .standby, score: 1000))
  #expect(overview.loss == .possible)
  #expect(overview.successors == ["b", "c"])
  overview.record = DurabilityRecord(copies: 2, members: ["a", "b", "c"])
  #expect(overview.loss == .none)
  overview.record = DurabilityRecord(copies: 1, members: ["a"])
  #expect(overview.loss == .refused([]))
  overview.instances = [primary, instance("b", .standby)]
  overview.record = DurabilityRecord(copies: 2, members: ["a", "b", "c"])
  #expect(overview.loss == .refused(["c"]))
  overview.instances = [primary]
  #expect(overview.loss == .nobody)
}

@Test func textsAreQuotedAsJSONWants() throws {
  let text = "a\"b\\c\n\u{01}é"
  let json = JSON.object([
    ("k", .array([.string(text), .null, .bool(true), .number(-3), .array([]), .object([])]))
  ]).text()
  let read = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: [Any]])
  #expect(read["k"]?.first as? String == text)
}

@Test func timesAreInTheUnitThatTellsMost() {
  #expect(
    [-5, 0, 119, 120, 7199, 7200, 172_799, 172_800].map { ago($0) } == [
      "0 s", "0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 d",
    ])
}

@Test(arguments: ["healthy", "in-sync", "primary=node3"]) func aGoalThatHasComeAbout(text: String) throws {
  let goal = try #require(Goal(text))
  #expect(goal.missing(in: try overview("quorum")) == [])
  #expect(
    goal.missing(in: try overview("quorum"), only: "other") == ["there is no database other in the cluster"])
}

@Test func aGoalThatHasNotSaysWhatIsMissing() throws {
  #expect(Goal.primary("node1").missing(in: try overview("quorum")) == ["pgsql: node3 takes writes"])
  #expect(Goal.primary("node1").missing(in: try overview("lost")) == ["pgsql: nobody takes writes"])
  #expect(Goal.inSync.missing(in: try overview("paused")) == ["pgsql: node1 is paused"])
  #expect(Goal.inSync.missing(in: try overview("node-away")) == ["pgsql: node3 is stopped"])
  #expect(
    try Goal.healthy.missing(in: overview("node-away")).first?.hasPrefix("pgsql: node2 takes writes; ")
      == true)
  for text in ["", "well", "primary=", "primary"] { #expect(Goal(text) == nil) }
}

@Test func whatCanBeMovedWhere() throws {
  let well = try overview("quorum")
  #expect(
    SwitchoverPlan(in: well, resource: nil, to: nil)
      == .ready(clone: "pgsql-clone", from: "node3", to: "node1"))
  #expect(
    SwitchoverPlan(in: well, resource: "pgsql", to: "node2")
      == .ready(clone: "pgsql-clone", from: "node3", to: "node2"))
  #expect(
    SwitchoverPlan(in: well, resource: nil, to: "node3") == .done("pgsql: node3 is the primary already"))
  var two = well
  two.resources += two.resources
  let refusals: [(ClusterOverview, String?, String?, String)] = [
    (well, "other", nil, "other: is no database of this cluster; there is pgsql"),
    (well, nil, "node9", "node9: is no node of this cluster; there is node1, node2, node3"),
    (two, nil, nil, "the cluster has more than one database; needs --resource, one of pgsql, pgsql"),
    (
      try overview("maintenance"), nil, nil,
      "pgsql: the cluster leaves it alone (maintenance); end that first"
    ),
    (try overview("node-away"), nil, "node3", "pgsql: node3 cannot be promoted: the node is offline"),
    (try overview("standby"), nil, "node1", "pgsql: node1 cannot be promoted: the node is on standby"),
  ]
  for (cluster, resource, target, why) in refusals {
    #expect(SwitchoverPlan(in: cluster, resource: resource, to: target) == .refused(why))
  }
  guard case .refused = SwitchoverPlan(in: try overview("lost"), resource: nil, to: nil) else {
    Issue.record("a database without a primary can be moved")
    return
  }
}

@Test func whatIsSeenOfAMove() {
  var primary = instance("a", .primary, score: 500_000)
  let standby = instance("b", .standby)
  func progress(_ instances: InstanceOverview...) -> SwitchoverProgress {
    SwitchoverProgress(
      of: ResourceOverview(id: "db", agent: "mysql", instances: instances), from: "a", to: "b",
      before: ["not moved: old"])
  }
  #expect(progress(primary, standby) == .asked)
  #expect(progress(instance("a", .replica), standby) == .between)
  #expect(progress(instance("a", .replica), instance("b", .primary)) == .arrived)
  #expect(progress(instance("a", .replica), standby, instance("c", .primary)) == .elsewhere("c"))
  primary.remarks = ["not moved: old"]
  #expect(progress(primary, standby) == .asked)
  var gone = standby
  gone.availability = .offline
  #expect(progress(primary, gone) == .impossible("the node is offline"))
  #expect(progress(primary, instance("b", .stopped)) == .impossible("its instance does not run"))
  // Both for a moment: it is not over yet.
  #expect(progress(primary, instance("b", .primary)) == .asked)
  primary.remarks = ["not moved: it lags"]
  #expect(progress(primary, standby) == .refused("it lags"))
}

/// `NAME CODE`, or `NAME pending`.
private func deeds(_ words: String...) -> Deeds {
  Deeds(
    words.map { word in
      let parts = word.split(separator: " ").map(String.init)
      let code = Int(parts[1]) ?? 193
      return ClusterState.Operation(
        id: "", name: parts[0], interval: .zero, callID: 1, exitCode: code,
        status: parts[1] == "pending" ? .pending : .done,
        transition: nil, executionTime: nil, queueTime: nil, lastChange: nil, exitReason: "", node: nil,
        origin: nil)
    })
}

/// What is only begun, or failed, has not come about, whatever the scheduler has to fear.
@Test func whoHasBeenPromotedTakesWrites() {
  #expect(!deeds().isPrimary)
  #expect(deeds("start 0", "promote 0").isPrimary)
  #expect(deeds("start 0", "monitor 8").isPrimary)
  #expect(deeds("start 0", "monitor 191").isPrimary)
  #expect(!deeds("start 0", "promote pending").isPrimary)
  #expect(deeds("start 0", "promote pending").activity == "being promoted")
  #expect(!deeds("start 0", "promote 1").isPrimary)
  #expect(deeds("start 0", "promote 1").activity == "promotion failed")
  #expect(!deeds("start 0", "promote 0", "monitor 8", "demote pending").isPrimary)
  #expect(deeds("start 0", "promote 0", "monitor 8", "demote pending").activity == "being demoted")
  #expect(!deeds("start 0", "promote 0", "demote 0").mayBePrimary)
  #expect(!deeds("start 0", "promote 0", "asyncmon 1").isPrimary)
  #expect(!deeds("start 0", "promote 0", "monitor 9").isPrimary)
  // Nothing is left of the promotion after a reload of parameters.
  #expect(deeds("start 0").mayBePrimary)
  #expect(deeds("start 0", "promote 0", "notify 0").isPrimary)
}

@Test(arguments: samples) func whatIsExplained(sample: String) throws {
  let cluster = try overview(sample)
  let database = try #require(cluster.resources.first)
  let explanation = Explanation(
    database, lost: database.primaries.first, plan: database.primaries.isEmpty ? [] : ["  * Promote"]
  ) { "what the rules say of \($0)" }
  try expect(explanation.text(Style(hasColour: false, columns: nil)), isIn: "\(sample).explain.txt")
}

/// Whoever has something to do is told what to type, and nobody else.
@Test func whoIsIllIsToldWhatToType() {
  #expect(instance("a", .primary).hints(for: "db") == [])
  var ill = instance("a", .standby, state: "diverged")
  ill.failures = 1
  #expect(ill.hints(for: "db").map { String($0.prefix { $0 != " " }) } == ["crm_resource", "crm_resource"])
  for state in ["paused", "foreign", "loss-possible", "sick", "not-replaying", "not-applying", "broken"] {
    #expect(!instance("a", .standby, state: state).hints(for: "db").isEmpty, "\(state)")
  }
}

@Test(arguments: samples) func whatPrometheusIsTold(sample: String) throws {
  try expect(Metrics(try overview(sample)).text, isIn: "\(sample).prom")
}

@Test func aClusterThatDoesNotAnswerIsNotUp() {
  #expect(
    Metrics(nil).text
      == "# HELP martlet_up Whether the cluster could be asked on this node.\n# TYPE martlet_up gauge\nmartlet_up 0\n"
  )
}

@Test func whenLossCanBeAccepted() throws {
  var lost = instance("a", .unknown, score: nil)
  lost.availability = .offline
  let standby = instance("b", .standby, score: nil, state: "loss-possible")
  var bound = database(lost, standby)
  func why(_ target: String? = nil) -> String {
    if case .refused(let why) = LossyFailover(of: bound, to: target) { why } else { "" }
  }
  #expect(why().hasPrefix("db: nothing is promised of acknowledged commits"))
  bound.record = DurabilityRecord(copies: 1, members: ["a"])
  #expect(
    LossyFailover(of: bound, to: nil)
      == .ready(
        to: "b",
        warning:
          "each acknowledged commit is on at least 1 of a, and a cannot be asked: what a alone has would be lost"
      ))
  #expect(why("a") == "db: a: its instance does not run; needs one that can be promoted")
  bound.record = DurabilityRecord(copies: 2, members: ["a", "b"])
  #expect(why().hasPrefix("db: enough nodes are there"))
  bound.hasQuorum = false
  #expect(why().contains("no quorum"))
  bound = database(instance("a", .primary), standby)
  #expect(why().hasPrefix("db: a takes writes"))
}
