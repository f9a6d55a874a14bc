public import Replication

/// How far a server's history reaches, whichever family it belongs to.
public enum GTIDPosition: Position, Hashable {
  /// MySQL's, and Percona Server's.
  case mysql(GTIDSet)
  /// MariaDB's.
  case mariadb(MariaDBHistory)

  /// How this history relates to another. Those of the two families have nothing in common.
  public func standing(against other: GTIDPosition) -> Standing {
    switch (self, other) {
    case (.mysql(let mine), .mysql(let theirs)): mine.standing(against: theirs)
    case (.mariadb(let mine), .mariadb(let theirs)): mine.standing(against: theirs)
    case (.mysql, .mariadb), (.mariadb, .mysql): .diverged
    }
  }

  /// One word without spaces, for an attribute: `mysql/0ffbab10-0000-0000-0000-00000000000a:1-7`, `mariadb/0-1-100`.
  public var description: String {
    switch self {
    case .mysql(let set): Self.mysqlPrefix + set.description
    case .mariadb(let history): Self.mariadbPrefix + history.description
    }
  }

  /// Reads what `description` writes; nil for anything else.
  public init?(_ word: some StringProtocol) {
    if word.hasPrefix(Self.mysqlPrefix) {
      guard let set = GTIDSet(word.dropFirst(Self.mysqlPrefix.count)) else { return nil }
      self = .mysql(set)
    } else if word.hasPrefix(Self.mariadbPrefix) {
      guard let history = MariaDBHistory(word.dropFirst(Self.mariadbPrefix.count)) else { return nil }
      self = .mariadb(history)
    } else {
      return nil
    }
  }

  /// For people, about 60 characters at most.
  public var short: String {
    switch self {
    case .mysql(let set): set.short
    case .mariadb(let history): history.short
    }
  }

  private static let mysqlPrefix = "mysql/"
  private static let mariadbPrefix = "mariadb/"
}
