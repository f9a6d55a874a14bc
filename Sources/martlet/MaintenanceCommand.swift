internal import ArgumentParser
internal import CIB
internal import Host
internal import Overview

/// `martlet maintenance`
struct MaintenanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maintenance",
    abstract: "Make the cluster leave its databases alone, or look after them again.",
    discussion: """
      on: nothing is started, stopped, promoted or fenced for a database, whatever fails, and its servers go on; to be set before servers \
      are restarted by hand. off: the cluster looks what is there, adopts it, and acts again. Without --resource it is the whole cluster \
      (maintenance-mode). Said twice, it changes nothing. Exit code: 0 if it is so, 1 if it is not, 3 if the cluster could not be asked.
      """)

  /// What is wanted.
  enum Mode: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  @Argument(help: "on or off.") var mode: Mode
  @Option(help: ArgumentHelp("Only this database.", valueName: "id")) var resource: String?

  func run() throws {
    let tools = CommandLineTools(command: "martlet maintenance")
    let before = ClusterOverview(try tools.state())
    let isOn = mode == .on
    guard let resource else {
      let how = isOn ? ["--update", "true"] : ["--delete"]
      _ = try tools.run("crm_attribute", ["--name", "maintenance-mode"] + how)
      return print(
        "the cluster \(isOn ? "leaves everything alone" : "acts again")\(before.isInMaintenance == isOn ? ", as it did" : "")"
      )
    }
    guard let database = before.resources.first(where: { $0.id == resource }) else {
      throw tools.failure(before.noDatabase(resource), code: 1)
    }
    let how =
      isOn
      ? ["--set-parameter", "maintenance", "--parameter-value", "true"]
      : ["--delete-parameter", "maintenance"]
    _ = try tools.run("crm_resource", ["--resource", database.clone, "--meta"] + how)
    if !isOn, before.isInMaintenance {
      throw tools.failure(
        "\(resource): the whole cluster is in maintenance, too; `martlet maintenance off` ends that", code: 1)
    }
    print(
      "\(resource): the cluster \(isOn ? "leaves it alone" : "acts again")\(database.isInMaintenance == isOn ? ", as it did" : "")"
    )
  }
}
