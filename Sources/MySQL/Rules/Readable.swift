public import MySQLFacts

/// Whether readers may be sent to an instance. A replica that was readable stays so up to `limit`; one that was not becomes
/// so at half of it, so that a delay around the limit does not make addresses wander. While it does not receive, its data
/// grows old as the time goes by that it has been without the primary: a change of primary costs no readers.
/// - Parameter disconnected: for how long it has not received from a primary that is there.
public func isReadable(
  _ answer: ServerAnswer?, wasReadable: Bool, disconnected: Duration, limit: Duration
) -> Bool {
  guard let answer, !answer.isOffline else { return false }
  guard let channel = answer.channel else {
    return !answer.isReadOnly || (wasReadable && disconnected < limit)
  }
  guard channel.receiver == .running else { return wasReadable && disconnected < limit }
  guard channel.isApplying, let lag = channel.lag else { return false }
  return lag < (wasReadable ? limit : limit / 2)
}
