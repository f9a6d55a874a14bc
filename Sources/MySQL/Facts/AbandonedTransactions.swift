/// A transaction in a binary log, as mysqlbinlog tells of it.
public struct LoggedTransaction: Sendable, Equatable {
  /// Its name.
  public let gtid: String
  /// When it was written, `261126 22:57:05`, by the server's clock.
  public let time: String

  /// Reads what mysqlbinlog prints: a line `#261126 22:57:05 server id 3 end_log_pos 282 ...` before each event, and
  /// `SET @@SESSION.GTID_NEXT= 'UUID:NUMBER'` where a transaction begins; mariadb-binlog has `GTID 0-1-18 trans` at the end of the first.
  public static func list(_ text: some StringProtocol) -> [LoggedTransaction] {
    var found: [LoggedTransaction] = []
    var time = ""
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("#"), line.contains(" server id ") {
        time = line.dropFirst().split(separator: " ").prefix(2).joined(separator: " ")
        let words = line.split(whereSeparator: \.isWhitespace)
        if let word = words.firstIndex(of: "GTID"), word + 1 < words.endIndex,
          MariaDBGTID(words[word + 1]) != nil
        {
          found.append(LoggedTransaction(gtid: String(words[word + 1]), time: time))
        }
      }
      guard line.hasPrefix("SET @@SESSION.GTID_NEXT="), let quote = line.firstIndex(of: "'") else { continue }
      let gtid = line[line.index(after: quote)...].prefix { $0 != "'" }
      if gtid.contains(":") { found.append(LoggedTransaction(gtid: String(gtid), time: time)) }
    }
    return found
  }
}

/// What a diverged instance has and its primary has not, and its report.
public struct AbandonedTransactions: Sendable, Equatable {
  /// The node that had it.
  public var node = ""
  /// Its data directory.
  public var datadir = ""
  /// The primary's node.
  public var primary = ""
  /// What the primary has not.
  public var errant: GTIDPosition
  /// Those that were found in the logs.
  public var transactions: [LoggedTransaction] = []
  /// All of them were.
  public var isListWhole = true
  /// The files that were kept, and their bytes.
  public var files: [String] = []
  /// How many bytes they have.
  public var fileBytes: UInt64 = 0

  /// What has been compared so far.
  public init(errant: GTIDPosition) { self.errant = errant }

  private var names: String {
    switch errant {
    case .mysql(let set): set.description
    case .mariadb(let history): history.description
    }
  }

  private var filter: String { errant.selection.map { " --include-gtids='\($0)'" } ?? "" }

  /// How many, in words.
  private var count: String {
    if case .mysql(let set) = errant {
      return set.transactionCount == 1 ? "1 transaction" : "\(set.transactionCount) transactions"
    }
    return "at least \(transactions.count) transactions"
  }

  /// One line, for the log.
  public var summary: String {
    var text = "\(count), \(errant.short)"
    if let first = transactions.first, let last = transactions.last {
      text += first == last ? ", at \(first.time)" : ", from \(first.time) to \(last.time)"
    }
    return text
  }

  /// The file report.txt.
  /// - Parameter reader: the program that reads binary logs.
  public func report(reader: String, directory: String) -> String {
    var lines = [
      "This node had transactions that the primary had not. They were kept here before the node was brought back.",
      "",
      "node:            \(node)", "data directory:  \(datadir)", "primary:         \(primary)",
      "abandoned:       \(count)", "transactions:    \(names)",
    ]
    if let first = transactions.first, let last = transactions.last {
      lines.append("written:         \(first.time) to \(last.time) (year month day)")
    }
    lines += [
      "files:           \(files.count), \(fileBytes) bytes, in \(directory)/logs", "",
      "Without semi-synchronous replication, clients were told that these had succeeded.", "",
      "To read them (as root; --verbose shows the rows):", "",
      "  \(reader) --no-defaults --base64-output=DECODE-ROWS --verbose\(filter) \(directory)/logs/*",
      "",
      transactions.isEmpty ? "None could be listed." : "Transactions (time, name):",
    ]
    lines += transactions.map { "  \($0.time)  \($0.gtid)" }
    if !isListWhole { lines.append("  ... and perhaps more: the command lists them all") }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension GTIDPosition {
  /// What mysqlbinlog's option --include-gtids is given to show these alone; nil for MariaDB's, which has no such option.
  public var selection: String? {
    if case .mysql(let set) = self { set.description } else { nil }
  }

  /// A transaction of a binary log is part of it. One of which that cannot be told is not.
  public func contains(_ transaction: LoggedTransaction) -> Bool {
    switch self {
    case .mysql(let set): GTIDSet(transaction.gtid).map { $0.subtracting(set).isEmpty } ?? false
    case .mariadb(let history): MariaDBGTID(transaction.gtid).map(history.contains) ?? false
    }
  }

  /// What was executed before a binary log was begun, from one of its first events, a row of SHOW BINLOG EVENTS; nil if it is not
  /// that event.
  public init?(headOfBinaryLog row: [String: String]) {
    let text = row["Info"] ?? ""
    switch row["Event_type"] {
    case "Previous_gtids":
      guard let set = GTIDSet(text) else { return nil }
      self = .mysql(set)
    case "Gtid_list":
      // In brackets.
      guard let history = MariaDBHistory(text.drop { $0 == "[" }.prefix { $0 != "]" }) else { return nil }
      self = .mariadb(history)
    default: return nil
    }
  }
}
