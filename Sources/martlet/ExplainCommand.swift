internal import ArgumentParser
internal import CIB
internal import Glibc
internal import Host
internal import Manual
internal import Overview

/// `martlet explain`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why each instance is what it is, and what would follow if a node were lost now.",
    discussion: """
      The sentences are those of the agents' rules (`martlet rules`); what the cluster would do is worked out by its own scheduler \
      (crm_simulate), from a copy of its state: nothing is changed. Exit code: 0, or 1 for a database or a node that is not there, 3 if the \
      cluster could not be asked.
      """)

  @Argument(help: ArgumentHelp("The database; without it all of them.", valueName: "id")) var resource:
    String?
  @Option(
    help: ArgumentHelp("The node whose loss is looked at; without it the primary's.", valueName: "node"))
  var lost: String?
  @Option(
    name: .customLong("cib"),
    help: ArgumentHelp("Look at a saved CIB instead of the cluster's.", valueName: "file"))
  var file: String?

  func run() throws {
    let tools = CommandLineTools(command: "martlet explain")
    let cluster = ClusterOverview(try tools.state(file))
    let chosen = cluster.resources.filter { resource == nil || $0.id == resource }
    if chosen.isEmpty {
      throw tools.failure(resource.map { cluster.noDatabase($0) } ?? "no database; there is none", code: 1)
    }
    if let lost, !cluster.nodes.contains(where: { $0.name == lost }) {
      throw tools.failure(
        "\(lost): is no node of this cluster; there is \(cluster.nodes.map(\.name).joined(separator: ", "))",
        code: 1)
    }
    for (number, database) in chosen.enumerated() {
      if number > 0 { print() }
      let node = lost ?? database.primaries.first
      let plan = try node.map { try Scheduler(tools).plan(["--node-fail", $0], on: file) } ?? []
      let states = Manual.Agent(rawValue: database.agent).map { Manual.meanings(of: $0) } ?? [:]
      print(
        Explanation(database, lost: node, plan: plan) { states[$0] }.text(.standardOutput(plain: true)),
        terminator: "")
    }
  }
}
