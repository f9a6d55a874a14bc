internal import CIB
internal import Host
internal import MySQLFacts
internal import OCF
internal import ReplicationActions

/// The primary's part in bringing a MariaDB node back: it sends a copy of its data to a node that asks for one.
struct CopyDonor {
  let context: Context

  private var worker: RejoinWorker {
    RejoinWorker(.copy, run: context.run, directory: StateDirectory(instance: context.invocation.instance))
  }

  /// For the monitor of a primary: launches the worker when a node asks.
  func look() {
    let worker = worker
    do throws(ConnectionError) {
      guard !worker.isAlive, let request = try request() else { return }
      do throws(HostError) {
        try worker.launch(environment: context.given, until: context.deadline)
        context.log(.info, "\(context.instance.datadir): \(request.node) gets a copy")
      } catch {
        context.log(.error, "the copy for \(request.node) could not be begun: \(error.reason)")
      }
    } catch {
      context.log(.warning, "\(context.instance.datadir): whether a node asks for a copy: \(error.reason)")
    }
  }

  /// Ends the worker with all that it started: it must not hold up the server's end, nor its becoming read-only.
  func end() throws(OCFError) {
    do throws(HostError) {
      try worker.end(until: context.deadline)
    } catch {
      throw OCFError(.genericError, error.reason)
    }
  }

  /// What the worker does.
  func send() {
    do throws(ConnectionError) {
      guard let request = try request() else { return }
      do throws(HostError) {
        try send(request)
        context.log(.info, "\(context.instance.datadir): the copy for \(request.node) is whole")
      } catch {
        context.log(.error, "\(context.instance.datadir): the copy for \(request.node): \(error.reason)")
      }
    } catch {
      context.log(.error, "\(context.instance.datadir): the copy: \(error.reason)")
    }
  }

  /// To a node of the cluster, and where the cluster says that it is: who has the replication account may ask, and may not have all.
  private func send(_ request: CopyRequest) throws(HostError) {
    guard let state = context.cluster.state(), state.nodes.contains(where: { $0.name == request.node }) else {
      throw HostError(reason: "the cluster knows no such node")
    }
    let programs = BackupPrograms(instance: context.instance)
    var backup = try programs.backup(as: Credentials(context.instance).client)
    let stream = try ByteStream.connect(
      to: state.address(of: request.node, for: context.invocation.instance), port: request.port,
      until: Deadline(after: .seconds(10)))
    try stream.write(request.greeting(bytes: context.cloneDirectory.size ?? 0))
    backup.sink = stream
    let result: CommandResult
    do throws(CommandError) {
      result = try backup.run(until: context.deadline)
    } catch {
      throw HostError(reason: error.reason)
    }
    guard result.succeeded else {
      throw HostError(reason: "mariadb-backup: \(result.ending): \(result.complaint)")
    }
  }

  /// Nil when nobody asks. Only the replication account is heard.
  private func request() throws(ConnectionError) -> CopyRequest? {
    guard let user = Credentials(context.instance).replication?.user else { return nil }
    let rows = try context.connect().query(CopyRequest.search, until: context.deadline)
    return rows.lazy.filter { $0["user"] == user }.compactMap { $0["info"].flatMap { CopyRequest($0) } }.first
  }
}
