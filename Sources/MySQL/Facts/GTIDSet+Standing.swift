public import Replication

extension GTIDSet: Position {
  /// How this set relates to another: a server that has another's transactions and more is ahead of it.
  public func standing(against other: GTIDSet) -> Standing {
    if self == other { return .equal }
    switch (isSubset(of: other), other.isSubset(of: self)) {
    case (true, true): return .equal
    case (true, false): return .behind
    case (false, true): return .ahead
    case (false, false): return .diverged
    }
  }

  /// What a server with this set has that nobody may have: not in `primary`, and not written by the primary itself.
  ///
  /// A transaction with the primary's own UUID is not counted. With semi-synchronous replication the primary sends it
  /// before it commits, and waits for a replica to confirm it (MySQL manual, "Semisynchronous Replication",
  /// AFTER_SYNC); and `primary` may have been read a moment before this set. Whether a primary that crashed lost such a
  /// transaction is for `standing` to say.
  public func errant(comparedTo primary: GTIDSet, primaryUUID: SourceUUID) -> GTIDSet {
    subtracting(primary).removing(source: primaryUUID)
  }
}
