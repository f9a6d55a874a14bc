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

/// A number for people that does not change with every look: each change of an attribute is a write to the CIB on
/// every node and a new transition. Zero up to `floor`, which is at least 1; then the next power of two times `floor`,
/// and it comes down only when the value is at most a quarter of what is shown.
public func shownLag(_ value: UInt64, shown: UInt64?, floor: UInt64) -> UInt64 {
  guard value > floor else {
    if let shown, shown > 0, value > floor / 2 { return min(shown, floor * 2) }
    return 0
  }
  var step = floor
  while step < value && step <= UInt64.max / 2 { step *= 2 }
  if let shown, shown == step || (shown / 2 == step && shown.isMultiple(of: 2)) { return shown }
  return step
}
