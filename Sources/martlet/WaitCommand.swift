internal import ArgumentParser
internal import CIB
internal import Host
internal import Overview

/// `martlet wait`
struct WaitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until the databases of the cluster are as they should be.",
    discussion: """
      healthy: all is well, as `martlet status` says. in-sync: every instance runs, follows, and is not behind. primary=NODE: that node \
      takes writes. Exit code: 0 once it is so, 1 if it was not before the time was over, with what is missing on standard error.
      """)

  @Argument(help: ArgumentHelp("healthy, in-sync or primary=NODE.", valueName: "goal")) var text: String
  @Option(help: ArgumentHelp("Only this database.", valueName: "id")) var resource: String?
  @Option(help: ArgumentHelp("For how many seconds.", valueName: "seconds")) var timeout = 60

  func validate() throws {
    if Goal(text) == nil {
      throw ValidationError("'\(text)' is no goal; needs healthy, in-sync or primary=NODE.")
    }
    if timeout < 0 { throw ValidationError("--timeout is \(timeout); needs 0 or more seconds.") }
  }

  func run() throws {
    guard let goal = Goal(text) else { return }
    let deadline = Deadline(after: .seconds(timeout))
    while true {
      let missing = look(goal)
      if missing.isEmpty { return }
      if deadline.isPast {
        missing.forEach { printError("martlet wait: not \(text) after \(timeout) s: \($0)") }
        throw ExitCode(1)
      }
      // Half a second of delay matters to nobody, and a question costs the cluster little.
      pause(.milliseconds(500), until: deadline)
    }
  }

  private func look(_ goal: Goal) -> [String] {
    do throws(Unreadable) {
      return goal.missing(in: ClusterOverview(try CIBSource(file: nil).state()), only: resource)
    } catch {
      return [error.reason]
    }
  }
}
