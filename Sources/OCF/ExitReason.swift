/// The line by which Pacemaker learns why an action ended as it did: it keeps the last one on standard error
/// (pacemaker, `lib/services/services_linux.c`, parse_exit_reason_from_stderr).
public struct ExitReason: Sendable, Equatable {
  /// The line, without a line feed.
  public let line: String

  /// Makes one line of `reason`: control characters become spaces, and 400 characters are kept, as `crm_mon` shows
  /// it. The prefix is cut out of the reason itself (another agent's message quoted, say), for the last one counts.
  public init(_ reason: String, environment: [String: String]) {
    let prefix = environment["OCF_EXIT_REASON_PREFIX"] ?? "ocf-exit-reason:"
    let printable = reason.map { character -> Character in
      let isControl = character.asciiValue.map { $0 < 0x20 || $0 == 0x7f } ?? false
      return isControl || character.isNewline ? " " : character
    }
    let flat = String(printable).split(separator: prefix).joined()
    line = prefix + (flat.count > 400 ? flat.prefix(397) + "..." : flat[...])
  }
}
