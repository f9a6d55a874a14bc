internal import Glibc

/// What the monitors of an instance remember from one to the next.
package struct Memory: Equatable {
  /// The fields as they are kept.
  package private(set) var fields: [String: String]

  /// What was kept in `fields`.
  package init(_ fields: [String: String] = [:]) { self.fields = fields }

  /// One field.
  package subscript(name: String) -> String? {
    get { fields[name] }
    set { fields[name] = newValue }
  }

  /// Since when something holds, in seconds since the boot; nil when it does not.
  package func since(_ name: String) -> Int64? { fields[name].flatMap { Int64($0) } }

  /// Notes that something holds now, or no longer, and returns for how long it has.
  package mutating func track(_ name: String, holds: Bool, now: Int64) -> Duration {
    guard holds else {
      fields[name] = nil
      return .zero
    }
    let start = since(name) ?? now
    fields[name] = String(start)
    return .seconds(max(0, now - start))
  }

  /// Whether a standby has stood at a position for a minute, although it should go on from there.
  /// - Parameter position: nil while nothing is overdue.
  package mutating func isStuck(at position: String?, now: Int64 = secondsSinceBoot()) -> Bool {
    if position == nil || fields["stuck-at"] != position { fields["stuck-since"] = nil }
    fields["stuck-at"] = position
    return track("stuck-since", holds: position != nil, now: now) >= .seconds(60)
  }

  /// Whether a minute has passed since this was last asked.
  package mutating func isDue(_ name: String, now: Int64 = secondsSinceBoot()) -> Bool {
    if let last = since(name), (0..<60).contains(now - last) { return false }
    fields[name] = String(now)
    return true
  }

  /// What was last told the cluster, by attribute name; `score` is the promotion score.
  package func published(_ name: String) -> String? { fields["published." + name] }

  /// Notes what was told the cluster; nil means that it is not known.
  package mutating func notePublished(_ name: String, _ value: String?) {
    fields["published." + name] = value
  }

  /// Forgets what was told the cluster, so that it is told again.
  package mutating func forgetPublished() {
    fields = fields.filter { !$0.key.hasPrefix("published.") }
    trustScore()
  }

  /// A primary failed under the monitor, and has neither followed nor been promoted since.
  package var failedAsPrimary: Bool {
    get { fields["failed-as-primary"] == "1" }
    set { fields["failed-as-primary"] = newValue ? "1" : nil }
  }

  /// The last monitor found a failure, so a stop is not a planned one.
  package var hasFailed: Bool {
    get { fields["failed"] == "1" }
    set { fields["failed"] = newValue ? "1" : nil }
  }
}

/// A resource's name as a part of a path: nothing in it leads elsewhere.
package func fileName(of resource: String) -> String {
  String(resource.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" })
}

/// Seconds since the boot, suspended time included.
package func secondsSinceBoot() -> Int64 {
  var time = timespec()
  return clock_gettime(CLOCK_BOOTTIME, &time) == 0 ? Int64(time.tv_sec) : 0
}

/// Seconds since the epoch.
package func secondsSinceEpoch() -> Int64 {
  var time = timespec()
  return clock_gettime(CLOCK_REALTIME, &time) == 0 ? Int64(time.tv_sec) : 0
}
