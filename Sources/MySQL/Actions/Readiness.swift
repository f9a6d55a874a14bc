internal import Host
internal import MySQLFacts
internal import OCF
internal import ReplicationActions

/// Waits for a server that is starting, as long as the action has time.
struct Readiness {
  private let context: Context
  /// Where the server writes, and where its first words begin there: its error log, and what it says before it has one.
  private let logs: [(path: String, start: Int)]

  /// - Parameter errorLog: the server's own setting; a name without a directory is in the data directory.
  init(context: Context, errorLog: String? = nil) {
    self.context = context
    let instance = context.instance
    let named = errorLog.flatMap { $0.isEmpty ? nil : $0 }
    var paths = [instance.logFile]
    if let path = named.map({ $0.hasPrefix("/") ? $0 : instance.datadir + "/" + $0 }),
      path != instance.logFile
    {
      paths.insert(path, at: 0)
    }
    logs = paths.map { ($0, Readiness.size($0)) }
  }

  /// Afterwards the server answers, and accepts no writes.
  /// - Parameter launched: the process that this action started; nil when another is waited for.
  /// - Returns: false when there is none left to wait for: what had been found was on its way down.
  func wait(launched: Int32?) throws(OCFError) -> Bool {
    let datadir = context.instance.datadir
    var seen = "nothing yet"
    var told = Deadline(after: .seconds(5))
    while !context.deadline.isPast {
      if let launched, ProcessStatus.of(launched).map(\.isZombie) ?? true {
        throw OCFError(.genericError, "\(datadir): the server ended while starting: \(lastWords)")
      }
      let facts = context.observer.observe(expected: nil, until: context.deadline)
      switch facts.connection {
      case .answered(let answer):
        if !answer.isSuperReadOnly { try forbidWrites() }
        return true
      case .notReady(let message), .full(let message), .unreachable(let message): seen = message
      case .refused(let number, let message):
        throw refusal(ConnectionError.server(number: number, message: message))
      case .noAnswer(let limit): seen = "no answer within \(limit.brief)"
      case .notTried: if launched == nil, !facts.hasProcess { return false }
      }
      if told.isPast {
        context.log(.info, "\(datadir): waits for the server: \(seen)")
        told = Deadline(after: .seconds(5))
      }
      pause(.milliseconds(20), until: context.deadline)
    }
    throw OCFError(
      .genericError,
      "\(datadir): the server did not accept connections within \(context.invocation.timeout.brief): \(seen); needs a longer start timeout if it still recovers (\(logs.map(\.path).first ?? ""))"
    )
  }

  private func refusal(_ error: ConnectionError) -> OCFError {
    let datadir = context.instance.datadir
    if error.isRefusedLogin {
      return OCFError(
        .genericError,
        "\(datadir): the server refuses the agent's login: \(error.reason); needs an account \(context.instance.user?.name ?? "") that the socket identifies, or group [client] in credentials_file"
      )
    }
    return OCFError(
      .genericError,
      "\(datadir): the server refuses the agent's questions: \(error.reason); needs the privileges that validate-all names at OCF_CHECK_LEVEL=10"
    )
  }

  /// A persisted setting (SET PERSIST) may have overruled the command line.
  private func forbidWrites() throws(OCFError) {
    do throws(ConnectionError) {
      let connection = try context.connect()
      try WriteBarrier(context: context, connection: connection).forbidWrites(until: context.deadline)
    } catch {
      throw OCFError(
        .genericError,
        "\(context.instance.datadir): came up accepting writes, and cannot be made read-only: \(error.reason)"
      )
    }
    context.log(
      .warning,
      "\(context.instance.datadir): came up accepting writes in spite of its command line, for a moment; look for persisted settings"
    )
  }

  private static func size(_ log: String) -> Int { (try? Files.size(of: log)).map { Int(clamping: $0) } ?? 0 }

  /// The lines that say why, out of what the server wrote since it was started.
  private var lastWords: String {
    let texts = logs.map { log in
      let text =
        (try? context.instance.reading { () throws(HostError) in
          try Files.tail(log.path, bytes: min(max(0, Readiness.size(log.path) - log.start), 16384))
        }) ?? ""
      return (path: log.path, text: text)
    }
    // What went wrong before a server opens its log is not there.
    let found =
      texts.first { !Readiness.errors($0.text).isEmpty }
      ?? texts.first { !Readiness.lastWords($0.text).isEmpty }
    if let found { return "\(Readiness.lastWords(found.text)) (in \(found.path))" }
    return "it wrote nothing to \(logs.map(\.path).joined(separator: " nor to "))"
  }

  /// The first two errors, without time and thread: later ones say that it gives up.
  static func lastWords(_ text: String) -> String {
    let errors = errors(text)
    if !errors.isEmpty { return errors.prefix(2).joined(separator: "; ") }
    let lines = lines(text)
    // What goes wrong before there is a log has no mark.
    return lines.last { !$0.contains("[") } ?? lines.last { !$0.contains("[Warning]") } ?? lines.last ?? ""
  }

  private static func lines(_ text: String) -> [String] {
    // Before there is a log MariaDB rings the bell (MariaDB, mysys/my_messnc.c, ME_BELL).
    text.split(whereSeparator: \.isNewline).map { String($0.drop { $0 == "\u{7}" }) }
  }

  /// Every error but that it gives up, each once.
  private static func errors(_ text: String) -> [String] {
    var errors: [String] = []
    for line in lines(text) {
      guard let mark = line.firstRange(of: "[ERROR]") else { continue }
      let words = line[mark.upperBound...].split(separator: " ").joined(separator: " ")
      // The last word of every server that gives up; and some are said a hundred times.
      if !words.hasSuffix("Aborting"), !errors.contains(words) { errors.append(words) }
    }
    return errors
  }
}
