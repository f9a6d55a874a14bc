internal import CIB
internal import OCF
internal import Replication

extension ClusterOverview {
  /// For people: the verdict of each database first, the worst before the others, then the cluster, then each database's instances.
  /// - Parameter now: seconds of the Unix epoch, for how long something has been so.
  public func text(_ style: Style, now: Int) -> String {
    var lines: [String] = []
    for resource in resources.sorted(by: { $0.decision.verdict > $1.decision.verdict }) {
      let verdict = resource.decision.verdict
      let margin = String(repeating: " ", count: verdict.word.count + 1)
      let parts = style.wrapped(margin + "\(resource.id): \(resource.verdictText)", indent: margin)
      lines.append(style.paint(verdict.word, verdict) + (parts.first ?? "").dropFirst(verdict.word.count))
      lines += parts.dropFirst()
    }
    if resources.isEmpty {
      lines.append(
        "no database: the cluster's configuration has no promotable resource ocf:martlet:postgresql or ocf:martlet:mysql"
      )
    }
    lines.append("")
    lines += style.wrapped(clusterLine, indent: "  ")
    for resource in resources {
      lines += ["", "\(resource.id) (ocf:martlet:\(resource.agent))"]
      lines += table(resource, style, now)
      lines += resource.notes.flatMap { style.wrapped("  \($0)", indent: "    ") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var clusterLine: String {
    var words = ["cluster" + (name.map { " \($0)" } ?? "")]
    for availability in [ClusterState.Availability.online, .pending, .offline, .unclean] {
      let there = nodes.filter { $0.availability == availability }.map(\.name)
      if !there.isEmpty { words.append("\(availability.word) \(there.joined(separator: " "))") }
    }
    words.append(hasQuorum.map { $0 ? "quorum" : "NO QUORUM" } ?? "quorum unknown")
    words.append(isFencingOn ? "fencing on" : "FENCING OFF")
    if isInMaintenance { words.append("MAINTENANCE") }
    return words.joined(separator: "; ")
  }

  /// Columns are left out from the right where the terminal is too narrow.
  private func table(_ resource: ResourceOverview, _ style: Style, _ now: Int) -> [String] {
    var rows = [["node", "role", "state", "lag", "since", "score"]]
    for instance in resource.instances {
      rows.append([
        instance.node, instance.role.rawValue, instance.stateText, instance.lagText,
        instance.since.map { ago(now - $0) } ?? "", instance.score.map { String($0.rawValue) } ?? "",
      ])
    }
    var widths = rows.reduce([Int](repeating: 0, count: 6)) { zip($0, $1).map { max($0, $1.count) } }
    while let columns = style.columns, widths.count > 3, widths.reduce(0, +) + 2 * widths.count > columns {
      widths.removeLast()
    }
    return rows.enumerated().map { number, row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      guard number > 0, number <= resource.instances.count else { return line }
      let instance = resource.instances[number - 1]
      let isIll =
        instance.reason != nil || instance.needsDecision || instance.isLeftBehind
        || instance.isMissing
      return isIll ? style.paint(line, .warning) : line
    }
  }
}

extension Condition {
  /// As wide as each other.
  fileprivate var word: String {
    switch self {
    case .well: "ok      "
    case .warning: "warning "
    case .down: "DOWN    "
    }
  }
}

extension ResourceOverview {
  /// One line: where it runs, who can take over, and what is not well.
  public var verdictText: String {
    let decision = decision
    let place = primaries.isEmpty ? "" : "\(primaries.joined(separator: " and ")) takes writes; "
    guard decision.verdict != .well else { return place + failoverText }
    return "\(place)\(decision.because) (\(culprits.joined(separator: "; ")))".replacingEmptyParentheses
      + (decision.verdict == .warning ? "; \(failoverText)" : "")
  }

  var failoverText: String {
    let who = successors.joined(separator: " or ")
    switch loss {
    case .none: return "\(who) can take over without the loss of an acknowledged commit"
    case .possible:
      return "\(who) can take over; nothing promises that the last commits are there (durability=async)"
    case .refused(let missing):
      return
        "none takes over before \(missing.count == 1 ? "" : "one more of ")\(missing.joined(separator: ", ")) is back: acknowledged commits may be there alone"
    case .nobody: return "no other instance could be promoted"
    }
  }

  /// Whom the verdict is about.
  private var culprits: [String] {
    instances.compactMap { instance in
      if instance.availability == .unclean { return "\(instance.node) is lost" }
      if let reason = instance.reason { return "\(instance.node): \(reason)" }
      if instance.needsDecision || instance.isLeftBehind {
        return "\(instance.node): \(instance.state ?? "")"
      }
      if instance.isMissing { return "\(instance.node): \(instance.stateText)" }
      if instance.failures > 0 { return "\(instance.node): \(instance.failures) failures" }
      return nil
    }
  }

  /// What is said below the table.
  fileprivate var notes: [String] {
    var notes: [String] = []
    if let record {
      notes.append(
        "each acknowledged commit is on at least \(record.copies) of \(record.members.sorted().joined(separator: " "))"
      )
    }
    for instance in instances {
      if let reason = instance.reason { notes.append("\(instance.node): \(reason)") }
      notes += instance.remarks.map { "\(instance.node): \($0)" }
    }
    return notes
  }
}

extension InstanceOverview {
  fileprivate var stateText: String {
    switch availability {
    case .offline: "node offline"
    case .unclean: "node lost"
    case .pending: "node joining"
    case .online where isOnStandby && !isRunning: "node on standby"
    case .online: state ?? "-"
    }
  }

  fileprivate var lagText: String {
    guard role == .standby || role == .replica else { return "" }
    let bytes = lagBytes.map { $0 == 0 ? "0" : "\($0 >> 20) MiB" }
    let seconds = lagSeconds.map { $0 == 0 ? "0" : "\($0) s" }
    switch (bytes, seconds) {
    case ("0", "0"), ("0", nil), (nil, "0"): return "none"
    case (let bytes?, "0"?), (let bytes?, nil): return bytes
    case ("0"?, let seconds?), (nil, let seconds?): return seconds
    case (let bytes?, let seconds?): return "\(bytes), \(seconds)"
    case (nil, nil): return ""
    }
  }
}

extension String {
  fileprivate var replacingEmptyParentheses: String { hasSuffix(" ()") ? String(dropLast(3)) : self }
}

/// A time in the unit that tells most.
func ago(_ seconds: Int) -> String {
  switch max(0, seconds) {
  case let few where few < 120: "\(few) s"
  case let some where some < 7200: "\(some / 60) min"
  case let many where many < 172_800: "\(many / 3600) h"
  case let most: "\(most / 86_400) d"
  }
}
