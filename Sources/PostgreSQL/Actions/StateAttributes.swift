internal import OCF
internal import PostgreSQLFacts
internal import PostgreSQLRules
internal import Replication
internal import ReplicationActions

/// The node attributes RESOURCE-NAME: for `crm_mon -A`, and for location rules.
enum StateAttributes {
  /// Names and values, in the order in which they matter; an empty value removes the attribute.
  static func of(
    _ answer: ServerAnswer?, _ health: Health, _ memory: inout Memory, _ values: ParameterValues
  ) -> [(name: String, value: String)] {
    guard let answer else { return [("readable", "0"), ("state", health.state)] }
    let limit = values.duration(Declarations.readableLag) ?? .seconds(30)
    let isHealthy = !health.isDegraded
    let gone = memory.since("disconnected-since").map { Duration.seconds(max(0, secondsSinceBoot() - $0)) }
    let readable =
      isHealthy
      && isReadable(
        answer, wasReadable: memory.published("readable") == "1", disconnected: gone ?? .zero, limit: limit)
    var attributes = [("readable", readable ? "1" : "0"), ("state", health.state)]
    if let timeline = answer.timeline { attributes.append(("timeline", timeline.description)) }
    attributes.append(("receiver", answer.standby.map { $0.receiverStatus ?? "none" } ?? ""))
    attributes.append(("lag-bytes", lag(answer.standby?.lag, memory.published("lag-bytes"), floor: 1 << 20)))
    let seconds = answer.standby?.delay.map { UInt64(max(0, $0.components.seconds)) }
    attributes.append(("lag-seconds", lag(seconds, memory.published("lag-seconds"), floor: 4)))
    attributes.append(
      ("prepared", answer.preparedTransactions == 0 ? "" : String(answer.preparedTransactions)))
    let age = answer.oldestPrepared.map { UInt64(max(0, $0.components.seconds)) }
    attributes.append(("prepared-age", lag(age, memory.published("prepared-age"), floor: 60)))
    return attributes
  }

  private static func lag(_ value: UInt64?, _ shown: String?, floor: UInt64) -> String {
    guard let value else { return "" }
    return String(shownLag(value, shown: shown.flatMap { UInt64($0) }, floor: floor))
  }
}
