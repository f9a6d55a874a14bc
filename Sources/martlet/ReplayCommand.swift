internal import ArgumentParser
internal import CIB
internal import Glibc
internal import Host
internal import OCF
internal import Overview

/// `martlet replay`
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract:
      "Show what the cluster knew when it decided: every saved input of its scheduler, in the order of time.",
    discussion: """
      Pacemaker's controller keeps them in /var/lib/pacemaker/pengine on the node that decided, which changes: copy the directories of all \
      nodes together first. Exit code: 0, or 1 if there is nothing to be shown, or a file cannot be read.
      """)

  @Argument(help: ArgumentHelp("Files (.xml, .bz2), or directories of them.", valueName: "path"))
  var paths = ["/var/lib/pacemaker/pengine"]
  @Option(
    help: ArgumentHelp(
      "Only what was decided then or later: 2026-11-29, or with 18:30 or 18:30:05.", valueName: "time"))
  var from: String?
  @Option(help: ArgumentHelp("Only what was decided then or before.", valueName: "time")) var to: String?
  @Flag(help: "One line for each database, and only where it differs from the one before.") var brief = false

  func validate() throws {
    for (name, text) in [("--from", from), ("--to", to)] {
      if let text, moment(text) == nil {
        throw ValidationError(
          "\(name) is '\(text)'; needs a time as 2026-11-29, '2026-11-29 18:30' or '2026-11-29 18:30:05'.")
      }
    }
  }

  func run() throws {
    let tools = CommandLineTools(command: "martlet replay")
    var inputs = try files(tools).map { try Input($0, tools) }
    let earliest = from.flatMap(moment) ?? .min
    let latest = to.flatMap(moment) ?? .max
    inputs = inputs.filter { ($0.time ?? 0) >= earliest && ($0.time ?? 0) <= latest }
    inputs.sort { ($0.time ?? 0, $0.number, $0.path) < ($1.time ?? 0, $1.number, $1.path) }
    if inputs.isEmpty {
      throw tools.failure("no saved input in \(paths.joined(separator: ", ")) between these times", code: 1)
    }
    var before: [String] = []
    for input in inputs {
      if brief {
        let lines = input.overview.resources.map {
          "\($0.decision.verdict.rawValue.padded(to: 8)) \($0.id): \($0.verdictText)"
        }
        for line in lines where !before.contains(line) { print("\(input.title)  \(line)") }
        before = lines
      } else {
        print(
          "== \(input.title)\n\n\(input.overview.text(.standardOutput(plain: false), now: input.time ?? 0))")
      }
    }
  }

  private func files(_ tools: CommandLineTools) throws -> [String] {
    try paths.flatMap { path -> [String] in
      guard Files.isDirectory(path) else { return [path] }
      do throws(HostError) {
        return try Files.list(path).filter { $0.hasSuffix(".bz2") || $0.hasSuffix(".xml") }.sorted().map {
          "\(path)/\($0)"
        }
      } catch {
        throw tools.failure(error.reason, code: 1)
      }
    }
  }

  /// Seconds of the Unix epoch, by the clock of here.
  private func moment(_ text: String) -> Int? {
    let shape = String(text.map { $0.isASCII && $0.isNumber ? "0" : $0 == "T" ? " " : $0 })
    let shapes = ["0000-00-00", "0000-00-00 00:00", "0000-00-00 00:00:00"]
    guard shapes.contains(shape) else { return nil }
    let numbers = text.split { !$0.isNumber }.compactMap { Int32($0) } + [0, 0, 0]
    var parts = tm()
    parts.tm_year = numbers[0] - 1900
    parts.tm_mon = numbers[1] - 1
    parts.tm_mday = numbers[2]
    parts.tm_hour = numbers[3]
    parts.tm_min = numbers[4]
    parts.tm_sec = numbers[5]
    parts.tm_isdst = -1
    guard (1...12).contains(numbers[1]), (1...31).contains(numbers[2]), numbers[3] < 24, numbers[4] < 60,
      numbers[5] < 60
    else { return nil }
    return mktime(&parts)
  }
}

/// One saved input.
private struct Input {
  let path: String
  let time: Int?
  let overview: ClusterOverview

  init(_ path: String, _ tools: CommandLineTools) throws {
    self.path = path
    let isPacked = path.hasSuffix(".bz2")
    let bytes = try isPacked ? Array(tools.run("bzip2", ["-dc", path]).utf8) : tools.cib(path, code: 1)
    do throws(CIBError) {
      let state = try ClusterState.parse(bytes)
      time = state.executionDate
      overview = ClusterOverview(state)
    } catch {
      throw tools.failure("\(path): \(error.reason)", code: 1)
    }
  }

  private var name: String { String(path.split(separator: "/").last ?? "") }

  /// Of several within a second: `pe-input-12.bz2` comes before `pe-input-13.bz2`.
  var number: Int { Int(name.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0 }

  var title: String { "\(time.map { timeText(Int64($0), .iso) } ?? "time unknown")  \(name)" }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
