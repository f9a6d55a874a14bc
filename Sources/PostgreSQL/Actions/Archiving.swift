internal import CIB
internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import Replication
internal import ReplicationActions

/// A demoted primary of which only the archiver has something left to do: its shutdown checkpoint is on disk, and its standbys have
/// everything, so that another can be promoted meanwhile. Ended, it would leave a hole in the archive: a standby does not archive, and
/// its restartpoints remove what was not archived (xlogarchive.c, XLogArchiveCheckDone).
struct Archiving {
  let context: Context

  private static let field = "archiving-since"
  /// Nobody has taken over by then.
  private static let patience: Duration = .seconds(15)

  /// The server is down but for its archiver. No walsender is left: each ends once its receiver has confirmed everything
  /// (walsender.c, WalSndDone).
  var isAllThatIsLeft: Bool {
    guard let postmaster = context.observer.postmasterProcess() else { return false }
    let titles = Processes.titles(ofChildrenOf: postmaster.pid).map(\.title)
    guard titles.contains(where: { $0.contains("archiver") }),
      !titles.contains(where: { $0.contains("walsender") }),
      let control = context.observer.controlData(until: context.deadline)
    else { return false }
    return control.state == .shutDown
  }

  /// What demote leaves behind.
  func begin(_ memory: inout Memory) -> Outcome {
    memory[Self.field] = String(secondsSinceBoot())
    memory.failedAsPrimary = false
    tell(&memory)
    let left = files.map { " \($0) WAL files" } ?? ""
    let text = "\(context.instance.pgdata): demoted; another can take over while it still archives\(left)"
    return Outcome(.success, text)
  }

  /// The monitor's answer while it archives; nil when it does not. The last one starts the server as a standby.
  func watch(_ memory: inout Memory) -> Outcome? {
    guard let since = memory.since(Self.field), !context.invocation.isProbe else { return nil }
    let waited: Duration = .seconds(secondsSinceBoot() - since)
    let facts = context.observer.observeProcesses()
    let isDraining = facts.hasPostmaster && facts.pidFile?.status == .stopping
    let object = context.instance.pgdata
    if isDraining, waited < limit, waited < Self.patience || context.hasOtherPrimary {
      context.noticeNewAttributeDaemon(&memory)
      tell(&memory)
      return Outcome(
        .degraded,
        "\(object): its archiver is not done yet\(files.map { ", \($0) WAL files are left" } ?? ""); then it follows"
      )
    }
    memory[Self.field] = nil
    // Somebody has started it, or ended it for good.
    if facts.hasPostmaster, !isDraining { return nil }
    do throws(OCFError) {
      if isDraining {
        let why =
          context.hasOtherPrimary ? "it has archived for \(waited.brief)" : "no other node has taken over"
        let event = "ended with \(files ?? 0) WAL files that are not archived: \(why)"
        context.log(.warning, "\(object): \(event)")
        context.note("archiving", event)
        _ = try Shutdown(context: context, share: 600).perform(facts, hasFailed: true)
      }
      try StartAction(context: context).launch(
        following: context.upstream(), context.observer.observeProcesses())
    } catch {
      context.log(.error, "\(object): cannot be started as a standby: \(error.reason)")
    }
    return nil
  }

  /// Started or stopped by the cluster, it is what that made of it.
  static func forget(_ memory: inout Memory) { memory[field] = nil }

  private var limit: Duration {
    context.instance.values.duration(Declarations.archivingLimit) ?? .seconds(600)
  }

  /// How many wait to be archived; nil when that cannot be read.
  private var files: Int? {
    let instance = context.instance
    let names = try? instance.reading { () throws(HostError) in
      try Files.list(instance.path("pg_wal/archive_status"))
    }
    return names.map { $0.count { $0.hasSuffix(".ready") } }
  }

  private func tell(_ memory: inout Memory) {
    let publisher = Publisher(context)
    publisher.publish(score: .minusInfinity, in: &memory)
    publisher.publish([("readable", "0"), ("state", "archiving")], in: &memory)
    memory["state"] = "archiving"
  }
}
