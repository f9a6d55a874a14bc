internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import ReplicationActions

/// Waits for a server that is starting, as long as its recovery advances and the action has time.
struct Readiness {
  private let context: Context
  private let log: String
  /// Where the server's first words begin.
  private let logStart: Int

  init(context: Context, log: String) {
    self.context = context
    self.log = log
    logStart = (try? Files.size(of: log)).map { Int(clamping: $0) } ?? 0
  }

  /// Afterwards the server answers as a standby.
  func wait(launched: Int32?) throws(OCFError) {
    let pgdata = context.instance.pgdata
    var seen = "no postmaster yet"
    var told = Deadline(after: .seconds(5))
    while !context.deadline.isPast {
      if let launched, ProcessStatus.of(launched).map(\.isZombie) ?? true {
        throw OCFError(.genericError, "\(pgdata): the server ended while starting: \(lastWords)")
      }
      let facts = context.observer.observe(expected: nil, asksControl: false, until: context.deadline)
      switch facts.connection {
      case .answered(let answer):
        if answer.standby != nil { return }
        throw OCFError(
          .genericError,
          "\(pgdata): the server came up as a primary although standby.signal was there; needs a look at its log \(log)"
        )
      case .notReady(let message):
        // Told by the file, for PostgreSQL 13 gives no detail, and others give it in their own language.
        if facts.pidFile?.status == .standby {
          throw OCFError(.genericError, "\(pgdata): \(message); needs hot_standby = on")
        }
        seen = message
      case .full(let message): seen = message
      case .refused(let state, let message):
        throw OCFError(
          .genericError,
          "\(pgdata): the server refuses the agent's login: \(message), SQLSTATE \(state); needs a line in pg_hba.conf that lets \(context.instance.user?.name ?? "its user") in"
        )
      case .noAnswer(let limit): seen = "no answer within \(limit.brief)"
      case .unreachable(let why): seen = why
      case .notTried: if launched == nil, !facts.hasPostmaster { seen = "it ended" }
      }
      if told.isPast {
        context.log(.info, "\(pgdata): waits for the server: \(seen)")
        told = Deadline(after: .seconds(5))
      }
      pause(.milliseconds(20), until: context.deadline)
    }
    throw OCFError(
      .genericError,
      "\(pgdata): the server did not accept connections within \(context.invocation.timeout.brief): \(seen); needs a longer start timeout if its recovery still advances"
    )
  }

  /// The lines that say why, out of what the server wrote since it was started.
  private var lastWords: String {
    let size = (try? Files.size(of: log)).map { Int(clamping: $0) } ?? 0
    let text =
      (try? context.instance.reading { () throws(HostError) in
        try Files.tail(log, bytes: min(max(0, size - logStart), 8192))
      }) ?? ""
    let isCollected = !text.contains("FATAL:") && !text.contains("PANIC:")
    let (words, place) =
      isCollected ? collected ?? (Readiness.lastWords(text), log) : (Readiness.lastWords(text), log)
    return words.isEmpty ? "it wrote nothing to \(log)" : "\(words) (in \(place))"
  }

  /// With logging_collector the server writes to a file that `current_logfiles` names (manual, "Error Reporting and
  /// Logging").
  private var collected: (String, String)? {
    let instance = context.instance
    return try? instance.reading { () throws(HostError) in
      let names = try Files.readText(instance.path("current_logfiles"), limit: 4096)
      guard let line = names.split(separator: "\n").first(where: { $0.hasPrefix("stderr ") }) else {
        return nil
      }
      let name = String(line.dropFirst("stderr ".count))
      let path = name.hasPrefix("/") ? name : instance.path(name)
      return (Readiness.lastWords(try Files.tail(path, bytes: 8192)), path)
    }
  }

  /// `FATAL: ...; DETAIL: ...` without time and process; the line before a lone FATAL, too, which for a mistake in the
  /// configuration is the one that says where.
  static func lastWords(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
      // What was said to clients that came too early, the agent among them.
      .filter { !$0.contains("FATAL:  the database system is ") }
    guard let fatal = lines.lastIndex(where: { $0.contains("FATAL:") || $0.contains("PANIC:") }) else {
      return lines.last ?? ""
    }
    let details = lines[(fatal + 1)...].prefix { $0.contains("DETAIL:") || $0.contains("HINT:") }.prefix(1)
    let before = details.isEmpty && fatal > 0 ? [lines[fatal - 1]] : []
    let levels = ["FATAL:", "PANIC:", "DETAIL:", "HINT:", "LOG:", "WARNING:", "ERROR:"]
    return ([lines[fatal]] + details + before).map { line in
      let starts = levels.compactMap { line.firstRange(of: $0)?.lowerBound }
      return (starts.min().map { line[$0...] } ?? line[...]).split(separator: " ").joined(separator: " ")
    }.joined(separator: "; ")
  }
}
