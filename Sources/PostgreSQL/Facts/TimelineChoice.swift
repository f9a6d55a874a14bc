/// Whether a server would start at all if it followed the newest timeline that it knows of.
///
/// The receiver of a diverged standby has fetched the primary's history, and with `recovery_target_timeline = latest`
/// PostgreSQL then refuses to start: "requested timeline does not contain minimum recovery point"
/// (`xlogrecovery.c`). It starts, and can be looked at, when told to stay on its own timeline.
public struct TimelineChoice: Sendable, Equatable {
  private let newest: Timeline?
  private let ancestry: [Fork]

  /// The choice that a server has whose newest history file is that of `newest`, with this ancestry; nil for none.
  public init(newest: Timeline?, ancestry: [Fork]) {
    self.newest = newest
    self.ancestry = ancestry
  }

  /// True if what `control` says was replayed is part of the newest timeline's history.
  public func canFollowNewest(_ control: ControlData) -> Bool {
    guard let newest else { return true }
    var places = [(control.checkpointTimeline, control.checkpoint)]
    if let minimum = control.minimumRecovery {
      places.append((control.minimumRecoveryTimeline ?? control.checkpointTimeline, minimum))
    }
    return places.allSatisfy { timeline, place in
      if timeline == newest { return true }
      guard let fork = ancestry.first(where: { $0.timeline == timeline }) else { return false }
      return place <= fork.at
    }
  }

  /// The newest timeline among the names in `pg_wal`; nil when there is no history file.
  public static func newest(of names: [String]) -> Timeline? {
    names.compactMap { name in
      guard name.utf8.count == 16, name.hasSuffix(".history"), let number = UInt32(name.prefix(8), radix: 16)
      else { return nil }
      return Timeline(number)
    }.max { $0.number < $1.number }
  }
}
