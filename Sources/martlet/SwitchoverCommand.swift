internal import ArgumentParser
internal import CIB
internal import Glibc
internal import Host
internal import Overview

/// `martlet switchover`
struct SwitchoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switchover",
    abstract: "Move the primary of a database to another node.",
    discussion: """
      Looks whether the node could be promoted, asks the cluster to move the primary there, tells what happens, and takes its request back \
      whatever comes of it: no constraint is left behind. The agents check everything else before the primary is touched, and may \
      refuse. Exit code: 0 if the primary is there, 1 if it was refused or did not come about in time, 3 if the cluster could not be asked.
      """)

  @Option(help: ArgumentHelp("The node; without it the one that has most.", valueName: "node")) var to:
    String?
  @Option(help: ArgumentHelp("The database, where there is more than one.", valueName: "id")) var resource:
    String?
  @Option(help: ArgumentHelp("How long to wait for it.", valueName: "seconds")) var timeout = 120
  @Flag(help: "Only say what the cluster would do.") var dryRun = false

  func validate() throws {
    if timeout < 1 { throw ValidationError("--timeout is \(timeout); needs 1 or more seconds.") }
  }

  func run() throws {
    let source = CIBSource(file: nil)
    let cluster: ClusterOverview
    do throws(Unreadable) {
      cluster = ClusterOverview(try source.state())
    } catch {
      printError("martlet switchover: \(error.reason)")
      throw ExitCode(3)
    }
    switch SwitchoverPlan(in: cluster, resource: resource, to: to) {
    case .done(let why): print(why)
    case .refused(let why):
      printError("martlet switchover: \(why)")
      throw ExitCode(1)
    case .ready(let clone, let from, let to):
      guard let database = cluster.resources.first(where: { $0.clone == clone }) else { return }
      let move = Move(database: database, from: from, to: to)
      throw ExitCode(dryRun ? try move.simulate() : try move.perform(source, within: .seconds(timeout)))
    }
  }
}

/// One move of a primary, by Pacemaker's own tools.
private struct Move {
  let database: ResourceOverview
  let from: String
  let to: String

  private var id: String { database.id }

  private let tools = CommandLineTools(command: "martlet switchover")

  private var request: [String] { ["--resource", database.clone, "--node", to, "--promoted"] }

  /// What the cluster would do, by its own scheduler, from a copy of its configuration.
  func simulate() throws -> Int32 {
    // Nobody else may put something in its place.
    var template = Array("/tmp/martlet-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      printError("martlet switchover: no directory can be made in /tmp: \(String(cString: strerror(errno)))")
      throw ExitCode(3)
    }
    let directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let copy = "\(directory)/cib.xml"
    defer {
      try? Files.remove(copy)
      rmdir(directory)
    }
    let whole = try tools.run("cibadmin", ["--query"])
    do throws(HostError) {
      try Files.writeAtomically(whole, to: copy, mode: 0o600)
    } catch {
      printError("martlet switchover: \(error.reason)")
      throw ExitCode(3)
    }
    _ = try tools.run("crm_resource", ["--move"] + request, environment: ["CIB_file": copy])
    let text = try tools.run("crm_simulate", ["--simulate", "--xml-file", copy])
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let actions = lines.drop { !$0.hasPrefix("Transition Summary:") }.dropFirst().prefix { !$0.isEmpty }
    print("\(id): would be moved from \(from) to \(to); the cluster would:")
    actions.forEach { print($0) }
    return 0
  }

  /// Moves it; the exit code.
  func perform(_ source: CIBSource, within limit: Duration) throws -> Int32 {
    let before = database.instances.first { $0.node == from }?.remarks ?? []
    Interruption.install()
    print("\(id): is moved from \(from) to \(to)")
    // Should this process be killed, the request ends by itself.
    _ = try tools.run("crm_resource", ["--move", "--lifetime", "PT10M"] + request)
    defer { _ = try? tools.run("crm_resource", ["--clear", "--resource", database.clone]) }
    let deadline = Deadline(after: limit)
    var last = SwitchoverProgress.asked
    var gone: ContinuousClock.Instant?
    while !deadline.isPast, !Interruption.came {
      if let now = look(source, before) {
        if now != last, now == .between {
          gone = .now
          print("\(id): \(from) takes no more writes")
        }
        last = now
        if let code = conclude(now, gone) { return code }
      }
      pause(.milliseconds(50), until: deadline)
    }
    printError(
      "martlet switchover: \(id): \(Interruption.came ? "interrupted" : "not on \(to) after \(limit.components.seconds) s"); `martlet status` says where it is"
    )
    return 1
  }

  private func look(_ source: CIBSource, _ before: [String]) -> SwitchoverProgress? {
    guard let state = try? source.state(),
      let now = ClusterOverview(state).resources.first(where: { $0.id == id })
    else { return nil }
    return SwitchoverProgress(of: now, from: from, to: to, before: before)
  }

  private func conclude(_ progress: SwitchoverProgress, _ gone: ContinuousClock.Instant?) -> Int32? {
    switch progress {
    case .asked, .between: return nil
    case .arrived:
      let gap = gone.map { seconds($0.duration(to: .now)) } ?? "less than 0.1 s"
      print("\(id): \(to) is the primary; between the two nobody could write for \(gap)")
      return 0
    case .refused(let why):
      printError("martlet switchover: \(id): \(from) was not demoted: \(why)")
      return 1
    case .elsewhere(let other):
      printError("martlet switchover: \(id): \(other) became the primary instead of \(to); its log says why")
      return 1
    }
  }

  private func seconds(_ duration: Duration) -> String {
    let tenths = duration.components.seconds * 10 + duration.components.attoseconds / 100_000_000_000_000_000
    return "\(tenths / 10).\(tenths % 10) s"
  }
}

/// Whether somebody pressed the keys, or told the process to end.
private enum Interruption {
  nonisolated(unsafe) private static var number: sig_atomic_t = 0

  static var came: Bool { number != 0 }

  /// From here on the signals are only noted.
  static func install() {
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number) { Interruption.number = sig_atomic_t($0) } }
  }
}
