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
