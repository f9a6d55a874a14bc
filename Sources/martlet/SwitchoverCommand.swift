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
      refuse. Exit code: 0 if the primary is there, 1 if it was refused or did not come about in time, 3 if the cluster could not be asked, 4 if the request could not be taken back.
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
    let cluster = ClusterOverview(try CommandLineTools(command: "martlet switchover").state())
    switch SwitchoverPlan(in: cluster, resource: resource, to: to) {
    case .done(let why): print(why)
    case .refused(let why):
      printError("martlet switchover: \(why)")
      throw ExitCode(1)
    case .ready(let clone, let from, let to):
      guard let database = cluster.resources.first(where: { $0.clone == clone }) else { return }
      let move = Move(database: database, from: from, to: to)
      if let obstacle = try move.obstacle() {
        printError("martlet switchover: \(obstacle)")
        throw ExitCode(1)
      }
      throw ExitCode(dryRun ? try move.simulate() : try move.perform(within: .seconds(timeout)))
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

  /// What the cluster would do, by its own scheduler.
  func simulate() throws -> Int32 {
    let plan = try Scheduler(tools).plan([]) { copy in
      _ = try tools.run("crm_resource", ["--move"] + request, environment: ["CIB_file": copy])
    }
    print("\(id): would be moved from \(from) to \(to); the cluster would:")
    plan.forEach { print($0) }
    return 0
  }

  /// What an earlier move left, which a new one would replace; nil if there is nothing.
  func obstacle() throws -> String? {
    let names = ["cli-prefer-\(database.clone)", "cli-ban-\(database.clone)-on-\(to)"]
    let whole = try tools.run("cibadmin", ["--query", "--scope", "constraints"])
    guard let found = names.first(where: { whole.contains("id=\"\($0)\"") }) else { return nil }
    return
      "\(id): the constraint \(found) of an earlier move stands; needs: crm_resource --clear --resource \(database.clone)"
  }

  /// Moves it; the exit code.
  func perform(within limit: Duration) throws -> Int32 {
    let before = database.instances.first { $0.node == from }?.remarks ?? []
    Interruption.install()
    say("\(id): is moved from \(from) to \(to)")
    let code = move(before, within: limit)
    guard withdraw() else {
      printError(
        "martlet switchover: \(id): the request could not be taken back; needs: crm_resource \(withdrawal.joined(separator: " "))"
      )
      return 4
    }
    guard code == 0 else { return code }
    // Without the request another constraint may want it elsewhere.
    pause(.seconds(1), until: Deadline(after: .seconds(1)))
    if let now = look(before), now != .arrived {
      printError(
        "martlet switchover: \(id): did not stay on \(to); a location constraint may want it elsewhere")
      return 1
    }
    return 0
  }

  private func move(_ before: [String], within limit: Duration) -> Int32 {
    // Should this process be killed, the request ends by itself.
    let lifetime = "PT\(limit.components.seconds + 60)S"
    do {
      _ = try tools.run("crm_resource", ["--move", "--lifetime", lifetime] + request)
    } catch {
      return 3
    }
    let deadline = Deadline(after: limit)
    let began = ContinuousClock.now
    // An old refusal is shown for a minute; one that is still there after a while is this one's.
    let patience = Duration.seconds(15)
    var last = SwitchoverProgress.asked
    var served = began
    var gone: ContinuousClock.Instant?
    while !deadline.isPast, !Interruption.came {
      let known = began.duration(to: .now) < patience ? before : []
      let asked = ContinuousClock.now
      if let now = look(known) {
        if now == .asked { served = asked }
        if now == .between, last != now {
          gone = gone ?? .now
          say("\(id): \(from) takes no more writes")
        }
        last = now
        if let code = conclude(now, gone.map { $0.duration(to: .now) }, atMost: served.duration(to: .now)) {
          return code
        }
      }
      pause(.milliseconds(50), until: deadline)
    }
    let why = Interruption.came ? "interrupted" : "not on \(to) after \(limit.components.seconds) s"
    printError("martlet switchover: \(id): \(why); `martlet status` says where it is")
    return 1
  }

  private var withdrawal: [String] { ["--clear"] + request }

  /// Whether nothing of the request is left.
  private func withdraw() -> Bool {
    for attempt in 0..<5 {
      if attempt > 0 { pause(.seconds(1), until: Deadline(after: .seconds(1))) }
      if (try? tools.run("crm_resource", withdrawal)) != nil, (try? obstacle()) == .some(nil) { return true }
    }
    return false
  }

  private func say(_ text: String) {
    print(text)
    fflush(nil)
  }

  private func look(_ before: [String]) -> SwitchoverProgress? {
    guard let state = try? CIBSource(file: nil).state(),
      let now = ClusterOverview(state).resources.first(where: { $0.id == id })
    else { return nil }
    return SwitchoverProgress(of: now, from: from, to: to, before: before)
  }

  /// - Parameters:
  ///   - gap: since nobody was seen to take writes; nil if that was not seen.
  ///   - most: since the former primary was seen to take them last.
  private func conclude(_ progress: SwitchoverProgress, _ gap: Duration?, atMost most: Duration) -> Int32? {
    switch progress {
    case .asked, .between: return nil
    case .arrived:
      let words =
        gap.map { "for \(seconds($0)), and at most \(seconds(most))" } ?? "for at most \(seconds(most))"
      say("\(id): \(to) is the primary; between the two nobody could write \(words)")
      return 0
    case .refused(let why):
      printError("martlet switchover: \(id): \(from) was not demoted: \(why)")
    case .elsewhere(let other):
      printError("martlet switchover: \(id): \(other) became the primary instead of \(to); its log says why")
    case .impossible(let why):
      printError("martlet switchover: \(id): \(to) cannot be promoted any more: \(why)")
    }
    return 1
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
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
      let former = signal(number) { Interruption.number = sig_atomic_t($0) }
      // As under nohup.
      if unsafeBitCast(former, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      }
    }
    for number in [SIGPIPE, SIGTSTP] { signal(number, SIG_IGN) }
  }
}
