import PostgreSQLFacts
import Replication

extension Cluster {
  /// A client writes on any server that takes it; a primary that the others have given up, too.
  mutating func commit(on name: String) {
    append(to: name, timeline: self[name].log.timeline)
    pending.append(Pending(number: lastEntry, primary: name))
    note("commit \(lastEntry) on \(name)")
    answerClients()
  }

  /// A server writes something of its own.
  mutating func append(to name: String, timeline: UInt32) {
    lastEntry += 1
    let node = self[name]
    let before = kind == .mysql ? node.log.entries.last { $0.writer == node.identity } : node.log.entries.last
    let entry = Entry(
      number: lastEntry, writer: node.identity, sequence: (before?.sequence ?? 0) + 1, timeline: timeline)
    self[name].log.entries.append(entry)
    self[name].applied = node.log.entries.count + 1
  }

  /// A standby gets some of what its source has, as the server sends it, and says so.
  /// - Returns: what must never be, if it was.
  mutating func replicate(to name: String, _ limit: Int) -> String? {
    let standby = self[name]
    guard isReceiving(standby), let source = standby.upstream.map({ self[$0] }) else { return nil }
    let sent = source.log.entries.prefix(
      source.server == .primary ? source.applied : source.log.entries.count)
    guard let missing = missing(standby, sent) else {
      self[name].upstream = nil
      note("\(source.name) refuses \(name)")
      return nil
    }
    if !missing.isEmpty, !standby.log.isPart(of: source.log) {
      return
        "\(name) goes on from \(standby.log.short) with what \(source.name) has, which is another history"
    }
    let got = missing.prefix(limit)
    self[name].log.entries += got
    for index in pending.indices where pending[index].primary == source.name {
      guard self[name].log.holds(pending[index].number) else { continue }
      if kind.namesStandbys || standby.acknowledges { pending[index].confirmed.insert(name) }
    }
    if !kind.appliesLater { self[name].applied = self[name].log.entries.count }
    answerClients()
    return nil
  }

  /// What a source sends a standby, by the names that it knows; nil if it refuses.
  private func missing(_ standby: Node, _ sent: ArraySlice<Entry>) -> ArraySlice<Entry>? {
    switch kind {
    // "requested starting point is ahead of the WAL flush position", "not in this server's history".
    case .postgresql:
      var source = standby
      source.log.entries = Array(sent)
      var (own, theirs) = (PostgreSQL.history(of: standby, self), PostgreSQL.history(of: source, self))
      // The server knows nothing of how a timeline began.
      own.beginnings = [:]
      theirs.beginnings = [:]
      guard [.behind, .equal].contains(own.standing(against: theirs)) else { return nil }
      return sent.dropFirst(standby.log.entries.count)
    // Auto-position: whatever is not in the replica's set.
    case .mysql:
      let known = Set(standby.log.entries.map { Name($0) })
      return sent.filter { !known.contains(Name($0)) }[...]
    // From behind the replica's last one, which must be there (error 1236).
    case .mariadb:
      guard let last = standby.log.entries.last else { return sent }
      guard let place = sent.lastIndex(where: { Name($0) == Name(last) }) else { return nil }
      return sent[(place + 1)...]
    }
  }

  private struct Name: Hashable {
    let writer: UInt32
    let sequence: UInt64

    init(_ entry: Entry) {
      writer = entry.writer
      sequence = entry.sequence
    }
  }

  /// A replica applies some of what it has received.
  mutating func apply(on name: String, _ limit: Int) {
    let node = self[name]
    guard node.server == .standby, !node.isApplierBroken, !node.isFrozen else { return }
    self[name].applied = min(node.log.entries.count, node.applied + limit)
  }

  /// Tells clients of what their primary's rule is content with.
  mutating func answerClients() {
    for wait in pending {
      let primary = self[wait.primary]
      guard primary.isWritable, primary.log.holds(wait.number) else { continue }
      let who = kind.namesStandbys ? wait.confirmed.intersection(primary.rule.standbys) : wait.confirmed
      guard who.count >= primary.rule.count else { continue }
      answer(wait)
    }
  }

  /// A client is told by whoever took its commit. Nothing is promised before there is a record.
  mutating func answer(_ wait: Pending) {
    if policy != .async, self[wait.primary].configuration.record != nil { acknowledged.insert(wait.number) }
    pending.removeAll { $0.number == wait.number }
    note("acknowledged \(wait.number) by \(wait.primary)")
  }

  /// A replica acknowledges where the record says that it is a member, or nobody's acknowledgement matters.
  mutating func settleSwitch(_ name: String) {
    let record = self[name].configuration.record
    self[name].acknowledges =
      mutation == .uninvitedReplicas || record?.lets(name, acknowledge: self[name].upstream) ?? true
  }
}
