public import OCF

/// Whether the file systems of an instance take writes.
public enum StorageCondition: String, Sendable, CaseIterable {
  /// They do, as far as is known.
  case sound
  /// There is no room.
  case full
  /// They were made read-only, as the kernel does after an error.
  case readOnly = "read-only"
  /// They answer with an error.
  case failing
  /// A write does not end.
  case hung
}

/// What follows when a primary's storage takes no writes.
public enum SickPolicy: String, Sendable, CaseIterable {
  /// It stays the primary, and says so.
  case stay
  /// Another node is promoted, if one has everything.
  case failover
}

/// What decides what is done about storage that takes no writes.
public struct StorageFacts: Sendable, Equatable {
  /// How it is.
  public var condition: StorageCondition
  /// The instance is the primary.
  public var isPrimary: Bool
  /// What the operator wants.
  public var policy: SickPolicy
  /// Another node receives all that this one commits, and its own storage is sound.
  public var hasPeer: Bool

  /// All that there is to know.
  public init(condition: StorageCondition, isPrimary: Bool, policy: SickPolicy, hasPeer: Bool) {
    self.condition = condition
    self.isPrimary = isPrimary
    self.policy = policy
    self.hasPeer = hasPeer
  }
}

/// What is done about it.
public enum StorageStep: Sendable, Equatable, CaseIterable {
  /// Nothing.
  case nothing
  /// The monitor says so: 190 or 191, degraded.
  case say
  /// The monitor says that the primary failed.
  case failOver
}

/// From how the storage is to what a monitor does about it.
public let storageRules = RuleTable<StorageFacts, StorageStep>(
  [
    Rule("storage/10", "its storage takes writes", then: .nothing) { $0.condition == .sound },
    Rule("storage/20", "a standby is promoted last", then: .say) { !$0.isPrimary },
    Rule("storage/30", "on_sick is stay", then: .say) { $0.policy == .stay },
    Rule("storage/32", "no other node has everything", then: .say) { !$0.hasPeer },
  ], otherwise: "storage/40", "another node has everything", then: .failOver)
