public import OCF
public import PostgreSQLFacts

/// What is known of the slot of one node on this node's server.
public struct SlotFacts: Sendable, Equatable {
  /// What the server tells of it; nil when it has none.
  public var slot: ReplicationSlot?
  /// This server is the primary.
  public var isPrimary = false
  /// It would be this node's own.
  public var isOwn = false
  /// Whether the cluster has that node; nil when it was not asked.
  public var isMember: Bool?
  /// Nobody streamed from this primary by it for `slot_limit`.
  public var isIdleTooLong = false
  /// For `slot_limit` this standby could not find out what is still needed.
  public var isUncomparedTooLong = false
  /// Whether the primary has a slot for that node, or is that node; nil when it could not be asked.
  public var isWanted: Bool?
  /// From where on that node may need WAL, as far as this server has replayed it.
  public var needed: LSN?
  /// From where on a slot that was made now would keep WAL: this standby's last restartpoint.
  public var available: LSN?

  /// The slot of some node.
  public init(slot: ReplicationSlot?) { self.slot = slot }
}

/// What is done with a slot.
public enum SlotStep: Sendable, Equatable {
  /// Nothing.
  case keep
  /// It is made, and keeps WAL from now on.
  case create
  /// It is removed, and the server may remove the WAL.
  case drop
  /// It is removed and made anew.
  case replace
  /// It keeps WAL from what is needed on.
  case advance
}

/// From what is known of a slot to what is done with it.
public let slotRules = RuleTable<SlotFacts, SlotStep>(
  [
    Rule("slot/10", "somebody streams by it", then: .keep) { $0.slot?.isActive ?? false },
    Rule("slot/20", "it is this node's own, and nobody streams from itself", then: .drop) {
      $0.isOwn && $0.slot != nil
    },
    Rule("slot/22", "it would be this node's own", then: .keep) { $0.isOwn },
    Rule("slot/30", "its WAL is lost: max_slot_wal_keep_size was exceeded", then: .drop) {
      $0.slot?.status == "lost"
    },
    Rule("slot/32", "the cluster has its node no more", then: .drop) {
      $0.slot != nil && $0.isMember == false
    },
    Rule("slot/34", "nobody has streamed by it for slot_limit", then: .drop) {
      $0.isPrimary && $0.isIdleTooLong
    },
    Rule("slot/40", "a standby makes its slot on the primary itself", then: .keep) { $0.isPrimary },
    Rule("slot/50", "for slot_limit it was not known what its node still needs", then: .drop) {
      $0.slot != nil && $0.isUncomparedTooLong
    },
    Rule("slot/52", "it is not known what its node still needs", then: .keep) { $0.isWanted == nil },
    Rule("slot/54", "the primary keeps nothing for its node", then: .drop) {
      $0.slot != nil && $0.isWanted == false
    },
    Rule("slot/56", "the primary keeps nothing for that node", then: .keep) { $0.isWanted == false },
    Rule("slot/60", "the primary keeps WAL for that node, and this standby did not", then: .create) {
      $0.slot == nil
    },
    Rule("slot/62", "it keeps less than its node may need, and more is here", then: .replace) { facts in
      guard let needed = facts.needed, let available = facts.available else { return false }
      return facts.slot?.restart.map { $0 > needed && $0 > available } ?? true
    },
    Rule("slot/64", "it keeps more than its node needs", then: .advance) { facts in
      guard let needed = facts.needed else { return false }
      return facts.slot?.restart.map { $0 < needed } ?? false
    },
  ], otherwise: "slot/70", "it keeps what its node needs", then: .keep)
