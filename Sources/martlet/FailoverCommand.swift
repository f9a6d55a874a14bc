internal import ArgumentParser
internal import Host
internal import Overview

/// `martlet failover`
struct FailoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "failover",
    abstract: "Allow one promotion although acknowledged commits may be lost by it.",
    discussion: """
      For a database with durability=quorum or strict that has no primary because nodes that may have the last commits are gone for good. \
      Without --accept-loss it only says what may be lost. With it, one promotion of that node is allowed, and the history of the node \
      (/var/lib/martlet) keeps that it was. Exit code: 0 once the node takes writes, 1 if it was refused or has not come about, 3 if the \
      cluster could not be asked.
      """)

  @Option(help: ArgumentHelp("The database, where there is more than one.", valueName: "id")) var resource:
    String?
  @Option(help: ArgumentHelp("The node; without it the one that has most.", valueName: "node")) var to:
    String?
  @Flag(help: "Yes: what the missing nodes alone have may be lost.") var acceptLoss = false
  @Option(help: ArgumentHelp("How long to wait for it.", valueName: "seconds")) var timeout = 120

  func run() throws {
    let tools = CommandLineTools(command: "martlet failover")
    let cluster = ClusterOverview(try tools.state())
    let chosen = cluster.resources.filter { resource == nil || $0.id == resource }
    guard let database = chosen.first, chosen.count == 1 else {
      let known = cluster.resources.map(\.id).joined(separator: ", ")
      throw tools.failure("needs --resource, one of \(known.isEmpty ? "none" : known)", code: 1)
    }
    switch LossyFailover(of: database, to: to) {
    case .refused(let why): throw tools.failure(why, code: 1)
    case .ready(let node, let warning):
      guard acceptLoss else {
        throw tools.failure(
          "\(database.id): \(warning). Bring them back if that can be; else: martlet failover --resource \(database.id) --to \(node) --accept-loss",
          code: 1)
      }
      print("\(database.id): \(warning); accepted")
      _ = try tools.run(
        "crm_attribute",
        ["--type=crm_config", "--set-name=martlet", "--name=\(database.id)-accept-loss", "--update=\(node)"])
      try wait(for: node, database.id, tools)
    }
  }

  private func wait(for node: String, _ id: String, _ tools: CommandLineTools) throws {
    let deadline = Deadline(after: .seconds(timeout))
    while true {
      if Goal.primary(node).missing(in: ClusterOverview(try tools.state()), only: id).isEmpty {
        return print("\(id): \(node) is the primary")
      }
      if deadline.isPast {
        throw tools.failure(
          "\(id): \(node) is not the primary after \(timeout) s; `martlet explain \(id)` says why", code: 1)
      }
      pause(.milliseconds(500), until: deadline)
    }
  }
}
