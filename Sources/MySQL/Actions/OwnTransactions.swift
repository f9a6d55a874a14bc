internal import MySQLFacts
internal import OCF
internal import Replication
internal import ReplicationActions

/// What a replica wrote itself, from the comparison with a primary to the next change.
extension Memory {
  /// Its own transactions as they were when they were compared with a primary's; nil after it was one itself.
  var verified: GTIDPosition? {
    get { self["own"].flatMap { GTIDPosition($0) } }
    set { self["own"] = newValue?.description }
  }

  /// The same, of an instance that is held because of them.
  var heldOwn: GTIDPosition? {
    get { self["own-held"].flatMap { GTIDPosition($0) } }
    set { self["own-held"] = newValue?.description }
  }

  /// What was received, and perhaps acknowledged, and thrown away to be received again; nil once it is there.
  var owed: GTIDPosition? {
    get { self["owed"].flatMap { GTIDPosition($0) } }
    set { self["owed"] = newValue?.description }
  }

  /// What is still owed; nil for nothing.
  func owed(by answer: ServerAnswer) -> GTIDPosition? {
    guard let owed, !owed.isContained(in: answer.everything) else { return nil }
    return owed.subtracting(answer.everything) ?? owed
  }

  /// Nothing was written here since.
  func verified(is answer: ServerAnswer) -> Bool { self["own"] == answer.ownTransactions.description }
}

extension Context {
  /// Holds an instance that wrote transactions itself which nobody can compare with a primary's: the operator decides.
  /// - Returns: why, and what to do, in one line.
  func hold(stray: GTIDPosition, of answer: ServerAnswer, _ memory: inout Memory) -> String {
    hold(.diverged, "it wrote \(stray.short) itself while it was a replica")
    memory.heldOwn = answer.ownTransactions
    let path = HeldMarker(instance: invocation.instance).path
    return
      "it wrote \(stray.short) itself while it was a replica; to let it be promoted all the same, remove \(path)"
  }

  /// The operator has removed the marker, so what it wrote is a part of the history from now on.
  func isAccepted(_ stray: GTIDPosition, of answer: ServerAnswer, _ memory: inout Memory) -> Bool {
    guard memory.heldOwn == answer.ownTransactions, HeldMarker(instance: invocation.instance).kind == nil
    else { return false }
    memory.verified = answer.ownTransactions
    memory.heldOwn = nil
    note(
      "stray-accepted",
      "\(stray.short), written here while it was a replica, is kept by the operator's permission")
    return true
  }
}
