/// A rule that is broken on purpose, as some agent that exists has it: the simulation must see what follows.
enum Mutation: String, CaseIterable {
  /// The rules as they are.
  case none

  // MARK: Who is promoted
  /// Whoever has the best score is promoted; nobody is asked (heartbeat:mysql; heartbeat:mariadb once a score is set).
  case nobodyIsAsked
  /// What a node said in an earlier election counts in this one (heartbeat:pgsql compares what was written to the CIB at the
  /// last monitor).
  case staleVotes
  /// Differences of less than a WAL file are not seen (PAF, issue 225).
  case coarsePositions
  /// The higher number of a timeline wins (PAF: a standby that was promoted by mistake beats the true history).
  case timelineNumberDecides
  /// The larger number of transactions wins, whoever wrote them (heartbeat:mariadb compares the sequence number alone).
  case sequenceNumberDecides
  /// Enough that somebody answers: nobody looks whether an acknowledged commit may be elsewhere (heartbeat:pgsql).
  case anyAnswerIsEnough
  /// Whoever was the primary is promoted again without an election (PAF, issue 195).
  case formerPrimaryNeedsNoVotes
  /// A dead primary keeps its score, and is promoted when it returns (PAF, issues 127 and 180).
  case deadPrimaryKeepsItsScore
  /// One that has more steps back for the candidate (heartbeat:pgsql bans itself).
  case newerBansItself
  /// An election waits for every node there is (PAF; heartbeat:mariadb at the first start).
  case waitsForEverybody
  /// A score that was taken away is never given back (PAF, issues 26 and 220; PRM).
  case scoresAreNeverGivenBack

  /// A candidate takes what another has more before it knows that it may be promoted with it.
  case catchesUpInVain

  // MARK: What an instance is
  /// A server that refuses the login is taken for a primary (heartbeat:mysql, heartbeat:mariadb).
  case loginFailureIsPrimary
  /// A stop is believed that left the server at work (heartbeat:pgsql with a failing runuser; PRM's async_stop).
  case stopIsBelieved

  // MARK: What a replica has
  /// What was received and not applied is thrown away at the promotion (heartbeat:mysql and heartbeat:mariadb).
  case promotesUndrained
  /// A replica whose applier stopped at an error is promoted as any other (heartbeat:mysql, issues 1377 and 1378).
  case brokenIsPromoted
  /// Replication is reset where no primary is known (heartbeat:mysql at start, PRM's monitor).
  case resetsReplication
  /// Nobody looks whether the primary has all that a node has before it follows it (PRM; PAF keeps a diverged standby).
  case followsUnchecked
  /// Two timelines of one number are taken for the same (PostgreSQL itself, and every agent that exists).
  case timelineNumbersAreTrusted

  // MARK: What clients are promised
  /// Fewer acknowledgements are asked for before the record says so (heartbeat:pgsql goes back to asynchronous by itself).
  case serverBeforeRecord
  /// A commit that nobody confirms is acknowledged after a while (semi-synchronous replication's timeout; heartbeat:mariadb).
  case timeoutAcknowledges
  /// A record counts as known when it is written, though only this node's side of a partition has it.
  case unconfirmed
  /// More is promised before the standbys have what was acknowledged earlier.
  case forgetsThePast
  /// A replica acknowledges before the record counts it as a member (semi-synchronous replication as it comes).
  case uninvitedReplicas

  /// A schedule in which it shows, of those that few do; after a change of the simulation it may be another, and is searched for.
  var example: UInt64? {
    switch self {
    case .catchesUpInVain: 77_805
    case .unconfirmed: 5790
    case .uninvitedReplicas: 192_299
    default: nil
    }
  }

  /// Whether it can show at all with this kind of server.
  func concerns(_ kind: Kind) -> Bool {
    switch self {
    case .uninvitedReplicas, .timeoutAcknowledges: !kind.namesStandbys
    case .promotesUndrained, .brokenIsPromoted, .resetsReplication: kind.appliesLater
    case .timelineNumberDecides, .timelineNumbersAreTrusted: kind == .postgresql
    case .sequenceNumberDecides: kind == .mariadb
    default: true
    }
  }
}
