/// How one history relates to another.
public enum Standing: String, Sendable, CaseIterable {
  /// It is a part of the other: following the other loses nothing.
  case behind
  /// Both are the same.
  case equal
  /// The other is a part of it.
  case ahead
  /// Each has something that the other has not.
  case diverged

  /// The same relation seen from the other side.
  public var reversed: Standing {
    switch self {
    case .behind: .ahead
    case .ahead: .behind
    case .equal, .diverged: self
    }
  }
}

/// How far a server's history reaches: a timeline with its ancestry and an LSN, or a set of GTIDs.
public protocol Position: Sendable, Equatable, CustomStringConvertible {
  /// How this history relates to `other`.
  func standing(against other: Self) -> Standing

  /// For people: enough to tell one from another in a log.
  var short: String { get }

  /// Reads what `description` writes; nil for anything else. A description is one word, for an attribute of a node.
  init?(_ text: String)
}

extension Position {
  /// The other has everything of this one.
  public func isContained(in other: Self) -> Bool {
    switch standing(against: other) {
    case .behind, .equal: true
    case .ahead, .diverged: false
    }
  }
}
