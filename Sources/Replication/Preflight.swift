public import OCF

/// What the node that is to become the primary says of itself before a planned switchover.
public struct TargetReadiness: Sendable, Equatable {
  /// It receives from the primary.
  public var isReceiving = false
  /// It applies what it receives.
  public var isApplying = false
  /// How old its data is, in whole seconds; nil when it is not known.
  public var behind: Int?
  /// Settings that must be the same on the primary.
  public var settings: [String: String] = [:]
  /// The logical replication slots that it has.
  public var logicalSlots: Set<String> = []
  /// How its storage was found last.
  public var storage: StorageCondition = .sound

  /// A node that says nothing good.
  public init() {}

  /// One line, without the time.
  public var text: String {
    let pairs = settings.sorted { $0.key < $1.key }.map {
      "\($0.key)=\($0.value.filter { !$0.isWhitespace })"
    }
    return
      ([
        isReceiving ? "receiving" : "cut-off", isApplying ? "applying" : "stopped",
        behind.map { String($0) } ?? "-",
      ]
      + pairs
      + (logicalSlots.isEmpty ? [] : ["\(Self.slots)=\(logicalSlots.sorted().joined(separator: ","))"])
      + (storage == .sound ? [] : ["\(Self.storageKey)=\(storage.rawValue)"]))
      .joined(separator: " ")
  }

  private static let slots = "logical-slots"
  private static let storageKey = "storage"

  /// Reads `text`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let words = text.split { $0 == " " }.map { String($0) }
    guard words.count >= 3, let receiving = words.first, ["receiving", "cut-off"].contains(receiving) else {
      return nil
    }
    let rest = words.dropFirst()
    guard let applying = rest.first, ["applying", "stopped"].contains(applying) else { return nil }
    isReceiving = receiving == "receiving"
    isApplying = applying == "applying"
    behind = rest.dropFirst().first.flatMap { Int($0) }
    for pair in rest.dropFirst(2) {
      let parts = pair.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "=" }.map { String($0) }
      guard let name = parts.first, let value = parts.last, parts.count == 2 else { return nil }
      if name == Self.slots {
        logicalSlots = Set(value.split(separator: ",").map { String($0) })
      } else if name == Self.storageKey {
        // A word of a newer version is not sound.
        storage = StorageCondition(rawValue: value) ?? .failing
      } else {
        settings[name] = value
      }
    }
  }
}

/// What is known before a healthy primary is demoted for another node.
public struct PreflightFacts: Sendable, Equatable {
  /// What the other says; nil when it says nothing.
  public var target: TargetReadiness?
  /// The primary's values of the settings that the other names.
  public var settings: [String: String] = [:]
  /// How long the oldest transaction has been writing; nil when there is none, or it is not known.
  public var oldestTransaction: Duration?
  /// What of the oldest transaction tells whose it is.
  public var transaction = ""
  /// The primary does not send to it.
  public var isCutOff = false
  /// Why the primary cannot ask the other's server; nil when it can, or need not.
  public var unreachable: String?
  /// What the other has not got of what was here when the look began, although it was waited for; nil when it has all of it.
  public var missing: String?
  /// How many bytes the other has not on its disk, as the primary sees it; nil where that is not known.
  public var unsent: UInt64?
  /// The archiver failed at its last attempt, or has got nothing done for longer than the limit.
  public var isArchiverStuck = false
  /// The primary's logical replication slots, by which subscribers know their place.
  public var logicalSlots: Set<String> = []
  /// Prepared transactions, which go along and wait for their end there.
  public var prepared = 0
  /// `switchover_limit`.
  public var limit: Duration

  /// Nothing is known.
  public init(limit: Duration) { self.limit = limit }

  /// The settings that differ, `NAME 200 here 100`: there, and on the primary.
  public var differing: [String] {
    (target?.settings ?? [:]).sorted { $0.key < $1.key }.compactMap { name, value in
      settings[name].flatMap { $0 == value ? nil : "\(name) is \(value), on the primary \($0)" }
    }
  }

  /// The primary's logical slots that the other has not.
  public var slotsLost: [String] { logicalSlots.subtracting(target?.logicalSlots ?? []).sorted() }

  /// It lacks what it was waited for, and not because it is slow to apply it: how slow it may be is another question.
  fileprivate var isCutOffUnnoticed: Bool { missing != nil && (unsent != nil || (target?.behind ?? 0) <= 1) }

  /// The evidence for the row that decided.
  public var evidence: String {
    if let target, target.isReceiving, target.isApplying {
      if target.storage != .sound { return target.storage.rawValue }
      if let unreachable { return unreachable }
    }
    if target != nil, target?.isApplying == true, !differing.isEmpty {
      return differing.joined(separator: "; ")
    }
    if target != nil, target?.isApplying == true, !slotsLost.isEmpty {
      return slotsLost.joined(separator: ", ")
    }
    if let seconds = target?.behind, Duration.seconds(seconds) > limit { return "\(seconds) s" }
    if isCutOffUnnoticed, let missing { return missing }
    if let unsent, unsent > 16 << 20 { return "\(unsent >> 20) MiB" }
    return oldestTransaction.map { $0 > limit ? "\(transaction), \($0.components.seconds) s" : "" } ?? ""
  }
}

/// Whether a planned switchover goes on.
public enum PreflightVerdict: Sendable, Equatable {
  /// The primary may be demoted.
  case go
  /// It is not touched; what it needs is said to the operator.
  case refuse(needs: String)
}

/// From what is known to whether the primary may be demoted.
public let preflightRules = RuleTable<PreflightFacts, PreflightVerdict>(
  [
    Rule(
      "preflight/10", "the other node did not say whether it can take over",
      then: .refuse(needs: "its agent to answer")
    ) {
      $0.target == nil
    },
    Rule(
      "preflight/20", "the other node does not receive from this one",
      then: .refuse(needs: "replication to run there")
    ) {
      $0.target?.isReceiving == false
    },
    Rule(
      "preflight/22", "the other node does not apply what it receives",
      then: .refuse(needs: "replay resumed, or the applier started, there")
    ) { $0.target?.isApplying == false },
    Rule(
      "preflight/23", "the other node's storage takes no writes",
      then: .refuse(needs: "room, or a file system that works, there")
    ) { $0.target.map { $0.storage != .sound } ?? false },
    Rule(
      "preflight/24", "this node cannot reach the other's server, which it would have to follow",
      then: .refuse(needs: "a connection that can be made")
    ) { $0.unreachable != nil },
    Rule(
      "preflight/30", "settings of the other node differ from this one's",
      then: .refuse(needs: "the same values on both")
    ) { !$0.differing.isEmpty },
    Rule(
      "preflight/32",
      "the other node has no copy of these logical replication slots, and their subscribers would lose their place",
      then: .refuse(
        needs: "synchronized failover slots (PostgreSQL 17, synchronize_slots=true), or the slots dropped")
    ) { !$0.slotsLost.isEmpty },
    Rule(
      "preflight/40", "the other node is further behind than switchover_limit",
      then: .refuse(needs: "time to catch up")
    ) { facts in facts.target?.behind.map { .seconds($0) > facts.limit } ?? false },
    Rule(
      "preflight/42", "the other node has not received the last of what was written, more than 16 MiB",
      then: .refuse(needs: "time to catch up")
    ) { facts in facts.unsent.map { $0 > 16 << 20 } ?? false },
    Rule(
      "preflight/44", "the other node has not got what was written here a second ago",
      then: .refuse(needs: "time to catch up, or replication that gets through")
    ) { $0.isCutOffUnnoticed },
    Rule(
      "preflight/50",
      "a transaction has been writing for longer than switchover_limit, and would be rolled back",
      then: .refuse(needs: "its end")
    ) { facts in facts.oldestTransaction.map { $0 > facts.limit } ?? false },
    Rule(
      "preflight/60", "the archiver does not get rid of WAL, and the shutdown would wait for it",
      then: .refuse(needs: "an archive_command that works")
    ) { $0.isArchiverStuck },
  ], otherwise: "preflight/90", "nothing is in the way", then: .go)
