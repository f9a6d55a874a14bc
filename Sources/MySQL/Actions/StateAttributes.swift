internal import MySQLFacts
internal import MySQLRules
internal import OCF
internal import Replication
internal import ReplicationActions

/// The node attributes RESOURCE-NAME: for `crm_mon -A`, and for location rules.
enum StateAttributes {
  /// Names and values, in the order in which they matter; an empty value removes the attribute.
  static func of(
    _ answer: ServerAnswer?, _ health: Health, _ memory: inout Memory, _ values: ParameterValues
  ) -> [(name: String, value: String)] {
    guard let answer else { return [("readable", "0"), ("state", health.state)] }
    let now = secondsSinceBoot()
    let limit = values.duration(Declarations.maxLag) ?? .seconds(30)
    let gone = memory.since("disconnected-since").map { Duration.seconds(max(0, now - $0)) }
    let readable =
      !health.isDegraded
      && isReadable(
        answer, wasReadable: memory.published("readable") == "1", disconnected: gone ?? .zero, limit: limit)
    var attributes = [("readable", readable ? "1" : "0"), ("state", health.state)]
    attributes.append(("receiver", answer.channel?.receiver.word ?? ""))
    attributes.append(("applier", answer.channel.map { $0.isApplying ? "running" : "stopped" } ?? ""))
    let lag = answer.channel?.lag.map { UInt64(max(0, $0.components.seconds)) }
    attributes.append(("lag-seconds", shown(lag, memory.published("lag-seconds"), floor: 4)))
    let branches = answer.prepared
    attributes.append(("prepared", branches.isEmpty ? "" : listed(branches)))
    let age = oldest(branches, &memory, now)
    attributes.append(("prepared-age", shown(age, memory.published("prepared-age"), floor: 60)))
    return attributes
  }

  private static func shown(_ value: UInt64?, _ before: String?, floor: UInt64) -> String {
    guard let value else { return "" }
    return String(shownLag(value, shown: before.flatMap { UInt64($0) }, floor: floor))
  }

  /// Their number and the first few.
  private static func listed(_ branches: [String]) -> String {
    let names = branches.sorted().prefix(3).map { $0.filter { !$0.isWhitespace } }.joined(separator: ",")
    return "\(branches.count):\(names.prefix(200))"
  }

  /// Servers do not tell since when a branch is prepared: since when the monitor has seen it, in seconds.
  private static func oldest(_ branches: [String], _ memory: inout Memory, _ now: Int64) -> UInt64? {
    // More than that are a load, not a leftover.
    let names = Set(branches.sorted().prefix(20).map { "branch." + $0.filter { $0 != "=" && !$0.isNewline } })
    for field in memory.fields.keys where field.hasPrefix("branch.") && !names.contains(field) {
      memory[field] = nil
    }
    var ages: [UInt64] = []
    for name in names {
      ages.append(UInt64(max(0, memory.track(name, holds: true, now: now).components.seconds)))
    }
    return ages.max()
  }
}

extension ReplicaChannel.Receiver {
  /// For people.
  var word: String {
    switch self {
    case .stopped: "stopped"
    case .connecting: "connecting"
    case .running: "running"
    }
  }
}
