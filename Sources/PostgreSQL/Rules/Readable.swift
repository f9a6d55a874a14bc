public import PostgreSQLFacts

/// Whether readers may be sent to an instance. A standby that was readable stays so up to `limit`; one that was not
/// becomes so at half of it, so that a delay around the limit does not make addresses wander. While it does not stream
/// its data grows old as the time goes by that it has been without the primary: a change of primary costs no readers.
/// - Parameter disconnected: for how long it has not streamed from a primary that is there.
public func isReadable(
  _ answer: ServerAnswer?, wasReadable: Bool, disconnected: Duration, limit: Duration
) -> Bool {
  guard let answer else { return false }
  guard let standby = answer.standby else { return true }
  guard standby.isStreaming else { return wasReadable && disconnected < limit }
  guard let delay = standby.delay else { return false }
  return delay < (wasReadable ? limit : limit / 2)
}
