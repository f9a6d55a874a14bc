/// One fencing action that the cluster remembers.
public struct FencingEvent: Sendable, Equatable {
  /// What became of it.
  public enum Status: Sendable, Equatable {
    /// Confirmed.
    case success
    /// Given up.
    case failed
    /// Under way.
    case pending
    /// A word that this code does not know.
    case other(String)
  }

  /// `off`, `reboot`, `on`.
  public var action: String
  /// The node that was fenced.
  public var target: String
  /// Who asked, as in `pacemaker-controld.1234`.
  public var client: String?
  /// The node of who asked.
  public var origin: String?
  /// The node that carried it out.
  public var delegate: String?
  /// What became of it.
  public var status: Status
  /// When it ended, as printed: local time of the printing node, with offset since 2.1.5.
  public var completed: String?
  /// Why it failed, where recorded.
  public var exitReason: String?

  /// The events in `bytes`, which is what `stonith_admin --history '*' --output-as=xml` or `crm_mon --output-as=xml` prints,
  /// in the order printed, which is the latest first.
  public static func parse(
    _ bytes: [UInt8], limits: ClusterState.Limits = .standard
  ) throws(CIBError) -> [FencingEvent] {
    let document = try CIBDocument(bytes, limits: limits)
    return try document.withRoot { root throws(CIBError) in
      // "pacemaker-result" since 2.0.0; "crm_mon" where --as-xml is used.
      guard root.isNamed("pacemaker-result") || root.isNamed("crm_mon") else {
        throw CIBError(
          .notACIB,
          "fencing history: the outermost element is '\(printable(root.name))', not 'pacemaker-result'; needs the output"
            + " of stonith_admin --history '*' --output-as=xml")
      }
      return events(in: root)
    }
  }

  private static func events(in element: Element) -> [FencingEvent] {
    element.children.flatMap { child in
      child.isNamed("fence_event") ? [event(child)].compactMap { $0 } : events(in: child)
    }
  }

  private static func event(_ element: Element) -> FencingEvent? {
    guard let action = element["action"], let target = element["target"] else { return nil }
    let status: Status =
      switch element["status"] {
      case "success": .success
      case "failed": .failed
      case "pending": .pending
      case let word: .other(word ?? "")
      }
    return FencingEvent(
      action: action, target: target, client: element["client"], origin: element["origin"],
      delegate: element["delegate"], status: status, completed: element["completed"],
      exitReason: element["exit-reason"])
  }
}
