internal import Host
internal import MySQLFacts
internal import Replication
internal import ReplicationActions

extension GTIDRejoiner {
  func keep(_ divergence: GTIDDivergence, in directory: AbandonedDirectory) throws(RejoinError) -> String {
    let instance = context.instance
    guard let user = instance.user else {
      throw RejoinError(instance.owner.problem ?? "no user to become", hopeless: true)
    }
    var found = divergence.transactions
    let (logs, relays) = try asking { () throws(ConnectionError) in
      let connection = try context.connect()
      return (
        try binaryLogs(connection, divergence.primary), try relayLogs(connection, divergence.hasUnapplied)
      )
    }
    do throws(HostError) {
      let target = try directory.directory("logs")
      var bytes: UInt64 = 0
      for path in logs + relays {
        bytes += try instance.reading { () throws(HostError) in UInt64(max(0, try Files.size(of: path))) }
      }
      try directory.needs(bytes)
      for path in logs + relays {
        let name = String(path.split(separator: "/").last ?? "log")
        found.fileBytes += try target.keep(path, of: user, as: name)
        found.files.append(name)
      }
      list(&found, logs, of: divergence.primary)
      try Files.writeAtomically(
        found.report(reader: reader, directory: directory.path), to: directory.file("report.txt"))
    } catch {
      throw RejoinError(error)
    }
    return found.summary
  }

  /// The files that hold what the primary has not, oldest first: from the end back to the first before which the primary has all.
  private func binaryLogs(_ connection: Connection, _ primary: PeerServer.History)
    throws(ConnectionError) -> [String]
  {
    // What is written from now on goes to a file of its own, and those before it do not change.
    try connection.query("FLUSH LOCAL BINARY LOGS", until: context.deadline)
    let names = try connection.query("SHOW BINARY LOGS", until: context.deadline).compactMap {
      $0["Log_name"]
    }
    let base = try path(connection, "log_bin_basename")
    var kept: [String] = []
    for name in names.dropLast().reversed() {
      kept.insert("\(base)/\(name)", at: 0)
      let head = try connection.query(Dialect.head(ofBinaryLog: name), until: context.deadline)
      guard let before = head.lazy.compactMap({ GTIDPosition(headOfBinaryLog: $0) }).first else { continue }
      if before.errant(comparedTo: primary.executed, writtenBy: primary.identity) == nil { break }
    }
    return kept
  }

  /// All of them, where something in them is not applied.
  private func relayLogs(_ connection: Connection, _ hasUnapplied: Bool) throws(ConnectionError) -> [String] {
    guard hasUnapplied else { return [] }
    let rows = try connection.query("SELECT @@relay_log_basename AS path", until: context.deadline)
    guard let base = rows.first?["path"], let slash = base.lastIndex(of: "/") else { return [] }
    let (directory, name) = (base[..<slash], base[base.index(after: slash)...])
    let names = try? context.instance.reading { () throws(HostError) in try Files.list(String(directory)) }
    return (names ?? []).filter { $0.hasPrefix(name + ".") && !$0.hasSuffix(".index") }.sorted()
      .map { "\(directory)/\($0)" }
  }

  private func path(_ connection: Connection, _ variable: String) throws(ConnectionError) -> String {
    let rows = try connection.query("SELECT @@\(variable) AS path", until: context.deadline)
    guard let path = rows.first?["path"], let slash = path.lastIndex(of: "/") else {
      throw .unreachable("the server has no \(variable)")
    }
    return String(path[..<slash])
  }

  /// The program that reads binary logs: the one that came with the server.
  private var reader: String {
    let directory = context.instance.binary.flatMap { path in
      path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
    let candidates = [directory, "/usr/bin"].compactMap { $0 }.flatMap { directory in
      ["mariadb-binlog", "mysqlbinlog"].map { "\(directory)/\($0)" }
    }
    return candidates.first(where: Files.exists) ?? "mysqlbinlog"
  }

  /// The transactions, up to a number that a report can hold.
  private func list(
    _ found: inout AbandonedTransactions, _ logs: [String], of primary: PeerServer.History
  ) {
    guard let user = context.instance.user else { return }
    let selection = found.errant.selection.map { ["--include-gtids=\($0)"] } ?? []
    var command = Command(
      reader, ["--no-defaults", "--base64-output=DECODE-ROWS"] + selection + ["--"] + logs,
      user: user, directory: "/")
    command.outputLimit = 64 << 20
    let result = try? command.run(until: Deadline(after: .seconds(300)))
    let listed = LoggedTransaction.list(result?.output ?? "").filter { !primary.executed.contains($0) }
    found.transactions = Array(listed.prefix(10_000))
    switch found.errant {
    case .mysql(let set): found.isListWhole = UInt64(found.transactions.count) >= set.transactionCount
    case .mariadb: found.isListWhole = result?.succeeded ?? false && listed.count <= 10_000
    }
  }
}
