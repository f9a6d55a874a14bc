/// A rule that is broken on purpose, as some agent that exists has it: the simulation must see what follows.
enum Mutation: String, CaseIterable {
  /// The rules as they are.
  case none
  /// Whoever the cluster proposes is promoted; nobody is asked (heartbeat:mysql and heartbeat:mariadb take the node with the
  /// best score of the last monitor).
  case nobodyIsAsked
  /// What a node said in an earlier election counts in this one (heartbeat:pgsql compares what was written to the CIB at the
  /// last monitor).
  case staleVotes
  /// Differences of less than a WAL file are not seen (PAF, issue 225).
  case coarsePositions
  /// Enough that somebody answers: nobody looks whether an acknowledged commit may be elsewhere.
  case anyAnswerIsEnough
  /// Fewer acknowledgements are asked for before the record says so (heartbeat:pgsql goes back to asynchronous by itself).
  case serverBeforeRecord
  /// A record counts as known when it is written, though only this node's side of a partition has it.
  case unconfirmed
  /// More is promised before the standbys have what was acknowledged earlier.
  case forgetsThePast
  /// A replica acknowledges before the record counts it as a member (semi-synchronous replication as it comes).
  case uninvitedReplicas

  /// Whether it can show at all with the kind of server.
  func concerns(namesStandbys: Bool) -> Bool { self != .uninvitedReplicas || !namesStandbys }
}
