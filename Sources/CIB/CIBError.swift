/// Why a text was not accepted as a CIB, in one line that can be shown to the operator.
public struct CIBError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong with the text, for callers that act on it.
  public enum Kind: Sendable, Equatable {
    /// Nothing was handed in: the tool that should have printed the CIB printed nothing.
    case empty
    /// Not XML, or cut off.
    case notWellFormed
    /// XML, but of something else.
    case notACIB
    /// Larger, deeper or more numerous than `ClusterState.Limits` allows.
    case tooLarge
    /// Carries a document type, which no CIB has and which is how XML attacks its reader.
    case documentType
    /// Not UTF-8, or with a NUL in it.
    case encoding
    /// There is no libxml2 on this machine, or not the one this was built for.
    case noParser
    /// The parser got no memory.
    case outOfMemory
  }

  /// What is wrong, for the program.
  public let kind: Kind
  /// What is wrong, for the operator: one line of printable text, "CIB: what is wrong (evidence); what it needs".
  public let reason: String

  /// The reason.
  public var description: String { reason }

  init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }
}
