import Replication

extension Cluster {
  /// A client writes on any server that takes it; a primary that the others have given up, too.
  mutating func commit(on name: String) {
    lastCommit += 1
    self[name].log.commits.append(lastCommit)
    pending.append(Pending(number: lastCommit, primary: name))
    note("commit \(lastCommit) on \(name)")
    answerClients()
  }

  /// A standby gets some of what its primary has, and says so.
  mutating func replicate(to name: String, _ random: inout Random) {
    let standby = self[name]
    guard standby.server == .standby, let upstream = standby.upstream.map({ self[$0] }),
      upstream.server == .primary, reaches(standby, upstream),
      [.behind, .equal].contains(standby.log.standing(against: upstream.log))
    else { return }
    let missing = upstream.log.commits.count - standby.log.commits.count
    let count = standby.log.commits.count + random.below(missing + 1)
    self[name].log = Log(Array(upstream.log.commits.prefix(count)))
    for index in pending.indices
    where pending[index].primary == upstream.name && self[name].log.commits.contains(pending[index].number) {
      if namesStandbys || standby.acknowledges { pending[index].confirmed.insert(name) }
    }
    answerClients()
  }

  /// Tells clients of what their primary's rule is content with.
  mutating func answerClients() {
    for wait in pending {
      let primary = self[wait.primary]
      guard primary.isPowered, primary.server == .primary, primary.log.commits.contains(wait.number) else {
        continue
      }
      let who = namesStandbys ? wait.confirmed.intersection(primary.rule.standbys) : wait.confirmed
      guard who.count >= primary.rule.count else { continue }
      // Nothing is promised before there is a record, and a client is told by whoever took its commit.
      if policy != .async, primary.configuration.record != nil { acknowledged.insert(wait.number) }
      pending.removeAll { $0.number == wait.number }
      note("acknowledged \(wait.number) by \(wait.primary)")
    }
  }

  /// The server dies, with the machine or without. What clients waited for, they will never hear.
  mutating func crash(_ name: String, power: Bool) {
    if self[name].server == .primary { pending.removeAll { $0.primary == name } }
    self[name].server = .down
    self[name].acknowledges = false
    if power { self[name].isPowered = false }
    note("\(power ? "power loss" : "crash") of \(name)")
  }

  /// The machine is on, and the server a standby that follows the primary, if there is one that it may follow.
  mutating func start(_ name: String) {
    self[name].isPowered = true
    exchangeConfigurations()
    if self[name].server == .down { self[name].server = .standby }
    self[name].upstream = nil
    note("start of \(name)")
  }

  /// Standbys look for the primary. One that has something that the primary has not gets a new copy.
  mutating func follow(_ name: String) {
    let standby = self[name]
    guard standby.server == .standby, hasQuorum(standby),
      let primary = side(of: standby).first(where: { $0.server == .primary })
    else { return }
    if [.ahead, .diverged].contains(standby.log.standing(against: primary.log)) {
      self[name].log = primary.log
      note("\(name) is cloned from \(primary.name)")
    }
    self[name].upstream = primary.name
    if !namesStandbys { settleSwitch(name) }
  }

  /// A replica acknowledges where the record says that it is a member, or nobody's acknowledgement matters.
  mutating func settleSwitch(_ name: String) {
    let record = self[name].configuration.record
    self[name].acknowledges =
      invitesEverybody || record.map { $0.members.contains(name) || $0.copies == 1 } ?? true
  }
}
