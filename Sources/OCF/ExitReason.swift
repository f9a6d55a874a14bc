/// The line by which Pacemaker learns why an action ended as it did: it keeps the last one on standard error
/// (pacemaker, `lib/services/services_linux.c`, parse_exit_reason_from_stderr).
public struct ExitReason: Sendable, Equatable {
  /// The line, without a line feed.
  public let line: String

  /// Makes one line of `reason`: control characters become spaces, and 400 characters are kept, as `crm_mon` shows it.
  public init(_ reason: String, environment: [String: String]) {
    let prefix = environment["OCF_EXIT_REASON_PREFIX"] ?? "ocf-exit-reason:"
    let flat = String(reason.map { $0.isNewline || $0.asciiValue.map { $0 < 0x20 } ?? false ? " " : $0 })
    line = prefix + (flat.count > 400 ? flat.prefix(397) + "..." : flat[...])
  }
}
