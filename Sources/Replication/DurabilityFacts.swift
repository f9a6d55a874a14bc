public import OCF

/// What decides how many nodes a primary's commits wait for.
public struct DurabilityFacts: Sendable, Equatable {
  /// The primary's node: the one that decides.
  public var primary: String
  /// What the operator asks for.
  public var policy: DurabilityPolicy
  /// How many standbys the operator wants to acknowledge a commit.
  public var acknowledgements: Int
  /// What stands in the cluster's configuration.
  public var record: DurabilityRecord?
  /// What the server goes by, known to be in force; nil when it is not known, or is not the agent's.
  public var rule: AcknowledgementRule?
  /// Nodes that stream from the primary and have caught up.
  public var streaming: Set<String> = []
  /// How many of them acknowledge commits as they are, where the server tells only the number; else all of them do.
  public var number: Int?
  /// Those of them that have everything that was acknowledged before `rule` was in force.
  public var complete: Set<String> = []
  /// Nodes on which no instance runs, and that are cleanly out or on the cluster's side of it.
  public var down: Set<String> = []
  /// Nodes that can run an instance.
  public var peers: Set<String> = []
  /// The server's rule names the standbys whose acknowledgement counts; without that, whoever acknowledges counts, and must
  /// be a member before it can.
  public var namesStandbys = true
  /// Members that do not stream have not for longer than they are waited for.
  public var isMissingTooLong = false

  /// Facts of a primary without standbys.
  public init(
    primary: String, policy: DurabilityPolicy, acknowledgements: Int, record: DurabilityRecord?,
    rule: AcknowledgementRule?
  ) {
    self.primary = primary
    self.policy = policy
    self.acknowledgements = acknowledgements
    self.record = record
    self.rule = rule
  }

  /// How many standbys acknowledge.
  public var acknowledging: Int { min(number ?? streaming.count, streaming.count) }

  /// Members other than the primary that do not stream.
  public var missing: Set<String> { (record?.members ?? []).subtracting(streaming).subtracting([primary]) }

  /// Those that nobody waits for any more.
  public var gone: Set<String> { isMissingTooLong ? missing : missing.intersection(down) }

  /// Nodes that may acknowledge commits whatever the server's rule says. With more than one copy promised, only a member
  /// asks its server to; but a node may have been left out while only the primary's own copy counted.
  public var uninvited: Set<String> {
    namesStandbys || record.map { $0.copies > 1 } ?? false
      ? [] : peers.subtracting(down).subtracting([primary])
  }

  /// Members that do not stream, and stay: they are waited for, or may acknowledge as soon as they stream again.
  private var staying: Set<String> {
    missing.subtracting(namesStandbys ? gone : missing.intersection(down)).union(uninvited)
  }
}

/// What the record should be, as a word; `DurabilityFacts.goal` says which record that is.
public enum DurabilityGoal: String, Sendable, CaseIterable {
  /// None: nobody is promised anything.
  case nothing
  /// The number that was asked for, on those that stream and those that are expected back.
  case full
  /// The number that was asked for, whoever streams.
  case all
  /// As many as stream.
  case fewer
  /// As it is.
  case keep
}

/// From what a primary knows of its standbys to what the record should be.
public let durabilityGoals = RuleTable<DurabilityFacts, DurabilityGoal>(
  [
    Rule("goal/10", "no acknowledgement is asked for", then: .nothing) { $0.policy == .async },
    Rule("goal/20", "enough standbys stream", then: .full) { $0.acknowledging >= $0.acknowledgements },
    Rule("goal/30", "too few standbys stream, and strict never asks for less", then: .all) {
      $0.policy == .strict
    },
    Rule("goal/40", "too few standbys stream, and nothing was promised yet", then: .fewer) {
      $0.record == nil
    },
    Rule("goal/50", "too few standbys stream, and the others are gone", then: .fewer) {
      $0.gone == $0.missing && ($0.acknowledging == $0.streaming.count || $0.isMissingTooLong)
    },
  ],
  otherwise: "goal/60", "too few standbys stream, and the others are waited for", then: .keep)

extension DurabilityFacts {
  /// What the record should be; nil for none.
  public var goal: DurabilityRecord? {
    let members = streaming.union([primary])
    switch durabilityGoals.decide(self).verdict {
    case .nothing: return nil
    case .full:
      return DurabilityRecord(
        copies: acknowledgements + 1, members: members.union(staying))
    case .all:
      // With fewer nodes than copies no commit could ever be acknowledged; the agent says so, and keeps what there is.
      return DurabilityRecord(
        copies: acknowledgements + 1, members: members.union(record?.members ?? []).union(peers)) ?? record
    case .fewer:
      // The primary's own copy is all that counts then.
      if acknowledging == 0 { return DurabilityRecord(copies: 1, members: [primary]) }
      return DurabilityRecord(
        copies: acknowledging + 1, members: namesStandbys ? members : members.union(staying))
    case .keep: return record
    }
  }
}
