internal import ArgumentParser
internal import CIB
internal import Glibc
internal import Host
internal import Overview

/// `martlet status`
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the databases of the cluster at a glance.",
    discussion: """
      The first line says how well each database is; below is where each instance runs, how far it is behind, and what would follow if the \
      primary were lost now. Every node can be asked. Exit code: 0 if all is well, 1 if something needs a look, 2 if nobody can write, 3 if \
      the cluster could not be asked.
      """)

  @Flag(help: "Show it again every two seconds, until interrupted.") var watch = false
  @Flag(help: "Print JSON, for programs.") var json = false
  @Option(
    name: .customLong("cib"),
    help: ArgumentHelp(
      "Look at a saved CIB instead of the cluster's; - is standard input.", valueName: "file"))
  var file: String?
  @Flag(help: "No colours.") var plain = false

  func run() throws {
    repeat {
      let code = show()
      if !watch { throw ExitCode(code) }
      pause(.seconds(2), until: Deadline(after: .seconds(2)))
    } while true
  }

  /// Prints it; the exit code.
  private func show() -> Int32 {
    let state: ClusterState
    do throws(Unreadable) {
      state = try CIBSource(file: file).state()
    } catch {
      printError("martlet status: \(error.reason)")
      return 3
    }
    let overview = ClusterOverview(state)
    let clear = watch && isatty(STDOUT_FILENO) == 1 ? "\u{1B}[H\u{1B}[2J" : ""
    let text =
      json ? overview.json.text() + "\n" : overview.text(.standardOutput(plain: plain), now: Int(time(nil)))
    print(clear + text, terminator: "")
    fflush(nil)
    switch overview.condition {
    case .well: return 0
    case .warning: return 1
    case .down: return 2
    }
  }
}

extension Style {
  /// For what is printed now.
  static func standardOutput(plain: Bool) -> Style {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    var size = winsize()
    let isKnown = isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Style(
      hasColour: isTerminal && !plain && getenv("NO_COLOR") == nil, columns: isKnown ? Int(size.ws_col) : nil)
  }
}

/// Writes a line to standard error.
func printError(_ text: String) {
  let bytes = Array("\(text)\n".utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}
