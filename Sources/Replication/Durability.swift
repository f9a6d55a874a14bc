/// How many nodes must have a commit before a client is told that it is done.
public enum DurabilityPolicy: String, Sendable, CaseIterable {
  /// The primary alone; acknowledgements are the server's own business.
  case async
  /// As many as stream, up to the number that was asked for; fewer when the others are gone.
  case quorum
  /// The number that was asked for, or nothing is acknowledged.
  case strict
}

/// What the cluster knows of commits: every one that was acknowledged is on at least `copies` of `members`, the primary
/// counted where it is a member.
public struct DurabilityRecord: Sendable, Hashable, CustomStringConvertible {
  /// On how many of the members, at least 1.
  public let copies: Int
  /// Names of nodes, at least `copies` of them.
  public let members: Set<String>

  /// A record that can be true; nil for one that cannot.
  public init?(copies: Int, members: Set<String>) {
    guard copies >= 1, copies <= members.count else { return nil }
    self.copies = copies
    self.members = members
  }

  /// As it stands in the cluster's configuration: the number, then the names.
  public var description: String { ([String(copies)] + members.sorted()).joined(separator: " ") }

  /// Reads what `description` writes; nil for anything else.
  public init?(_ text: String) {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first, let copies = Int(first), Set(words.dropFirst()).count == words.count - 1
    else { return nil }
    self.init(copies: copies, members: Set(words.dropFirst()))
  }

  /// Whether every commit of which this is true is also one of which `other` is true.
  public func implies(_ other: DurabilityRecord) -> Bool {
    copies - members.subtracting(other.members).count >= other.copies
  }

  /// The same with a node that has everything and becomes the primary: true whenever this one is. With a record that does not count the
  /// node, its server has to wait for one standby more, which not every server can.
  public func including(_ primary: String) -> DurabilityRecord {
    DurabilityRecord(copies: copies, members: members.union([primary])) ?? self
  }

  /// What a server on `primary` must wait for, so that the record is true of every commit that it acknowledges.
  public func rule(on primary: String) -> AcknowledgementRule {
    AcknowledgementRule(
      count: copies - (members.contains(primary) ? 1 : 0), standbys: members.subtracting([primary]))
  }

  /// Whether a replica on `node` may acknowledge what `primary` commits, where a server counts whoever does. A member may; any
  /// may while the primary's own copy is all that is promised, for then nobody's acknowledgement matters.
  public func lets(_ node: String, acknowledge primary: String?) -> Bool {
    members.contains(node) || copies == 1 && primary.map(members.contains) ?? false
  }

  /// Whether at least one of those that `answered` has each acknowledged commit, whichever nodes got it. The most
  /// advanced of them then has them all.
  public func isCovered(by answered: Set<String>) -> Bool {
    answered.intersection(members).count > members.count - copies
  }
}

/// What a server waits for before it acknowledges a commit: any `count` of `standbys`.
public struct AcknowledgementRule: Sendable, Hashable {
  /// How many; 0 waits for nobody.
  public let count: Int
  /// Names of nodes; empty when `count` is 0.
  public let standbys: Set<String>

  /// Waits for nobody.
  public static let none = AcknowledgementRule(count: 0, standbys: [])

  /// A rule.
  public init(count: Int, standbys: Set<String>) {
    self.count = max(0, count)
    self.standbys = count > 0 ? standbys : []
  }

  /// Whether `record` is true of every commit that a server on `primary` acknowledges by this rule.
  public func satisfies(_ record: DurabilityRecord, on primary: String) -> Bool {
    let others = max(0, count - standbys.subtracting(record.members).count)
    return (record.members.contains(primary) ? 1 : 0) + others >= record.copies
  }
}
