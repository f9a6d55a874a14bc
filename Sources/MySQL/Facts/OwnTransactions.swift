extension ServerAnswer {
  /// What this server was the first to write: MySQL by its `server_uuid`, with any tag; MariaDB by its `server_id`, the last
  /// of each domain. On a replica it stays as it is.
  public var ownTransactions: GTIDPosition {
    switch (executed, identity) {
    case (.mysql(let set), .mysql(let uuid)): .mysql(set.only(source: uuid))
    case (.mariadb(let history), .mariadb(let id)): .mariadb(history.only(server: id))
    case (.mysql, .mariadb), (.mariadb, .mysql): executed
    }
  }

  /// What it wrote itself since its own transactions were `verified`; nil for nothing, and when nobody ever compared them. What it has
  /// received is not counted: a former primary gets back what it had lost.
  public func strayTransactions(since verified: GTIDPosition?) -> GTIDPosition? {
    guard let verified else { return nil }
    let known = channels.compactMap(\.received).reduce(verified) { $0.merging($1) }
    return ownTransactions.subtracting(known)
  }
}

extension GTIDPosition {
  /// What of it is not in `other`; nil for nothing. Two families have nothing in common.
  public func subtracting(_ other: GTIDPosition) -> GTIDPosition? {
    switch (self, other) {
    case (.mysql(let mine), .mysql(let theirs)):
      let rest = mine.subtracting(theirs)
      return rest.isEmpty ? nil : .mysql(rest)
    case (.mariadb(let mine), .mariadb(let theirs)):
      let rest = mine.subtracting(theirs)
      return rest.isEmpty ? nil : .mariadb(rest)
    case (.mysql, .mariadb), (.mariadb, .mysql): return self
    }
  }
}
