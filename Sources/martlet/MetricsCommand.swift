internal import ArgumentParser
internal import Glibc
internal import Host
internal import Overview

/// `martlet metrics`
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Print the state of the databases for Prometheus.",
    discussion: """
      With --output the file is replaced as a whole: for the textfile collector of node_exporter, from a timer. Where the cluster cannot be asked, \
      martlet_up is 0, and nothing else is told. Exit code: 0, or 1 if the file could not be written.
      """)

  @Option(help: ArgumentHelp("Write there instead of to standard output.", valueName: "file")) var output:
    String?
  @Option(
    name: .customLong("cib"),
    help: ArgumentHelp("Look at a saved CIB instead of the cluster's.", valueName: "file"))
  var file: String?

  func run() throws {
    var cluster: ClusterOverview?
    do throws(Unreadable) {
      cluster = ClusterOverview(try CIBSource(file: file).state())
    } catch {
      printError("martlet metrics: \(error.reason)")
    }
    let text = Metrics(cluster).text
    guard let output else { return print(text, terminator: "") }
    do throws(HostError) {
      // node_exporter reads it as another user.
      try Files.writeAtomically(text, to: output, mode: 0o644)
    } catch {
      printError("martlet metrics: \(error.reason)")
      throw ExitCode(1)
    }
  }
}
