internal import CIB
internal import OCF
internal import Replication

/// Why a database is as it is, and what would follow if a node were lost now.
public struct Explanation {
  private let database: ResourceOverview
  private let lost: String?
  private let meaning: (String) -> String?
  private let plan: [String]

  /// - Parameters:
  ///   - lost: the node of which it is asked what would follow from its loss; nil for none.
  ///   - plan: what the cluster's scheduler would do then, a line for each action.
  ///   - meaning: the rules' sentence for a state, or for "STATE (degraded)".
  public init(
    _ database: ResourceOverview, lost: String?, plan: [String], meaning: @escaping (String) -> String?
  ) {
    self.database = database
    self.lost = lost
    self.plan = plan
    self.meaning = meaning
  }

  /// For people.
  public func text(_ style: Style) -> String {
    let decision = database.decision
    var lines = style.wrapped("\(database.id): \(database.verdictText) [\(decision.rule)]", indent: "  ")
    for instance in database.instances {
      lines.append("")
      lines += describe(instance).flatMap { style.wrapped($0, indent: "      ") }
    }
    if let lost {
      lines += ["", "If \(lost) were lost now:"]
      lines += style.wrapped("  \(consequence(of: lost))", indent: "    ")
      if !plan.isEmpty { lines += ["  the cluster would:"] + plan.map { "  \($0)" } }
    }
    let hints = database.instances.flatMap { $0.hints(for: database.id) } + general
    if !hints.isEmpty { lines += ["", "What can be typed:"] + hints.map { "  \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }

  private func describe(_ instance: InstanceOverview) -> [String] {
    var lines = ["  \(instance.node): \(instance.role.rawValue)"]
    if instance.availability != .online { lines[0] += ", the node is \(instance.availability.word)" }
    if let state = instance.state, instance.availability == .online {
      lines.append("    state \(state)" + (means(state, instance).map { ": \($0)" } ?? ""))
    }
    if let reason = instance.reason { lines.append("    \(reason)") }
    if instance.role != .primary {
      let score = instance.score.map { " (promotion score \($0.rawValue))" } ?? ""
      lines.append(
        instance.canTakeOver
          ? "    could be promoted\(score)" : "    could not be promoted: \(instance.whyNot)")
    }
    return lines + instance.remarks.map { "    \($0)" }
  }

  private func means(_ state: String, _ instance: InstanceOverview) -> String? {
    (instance.reason == nil ? nil : meaning("\(state) (degraded)")) ?? meaning(state)
  }

  private func consequence(of node: String) -> String {
    guard database.primaries.contains(node) else {
      guard let record = database.record else { return "the primary goes on" }
      let left = record.members.subtracting([node])
      return record.members.contains(node) && left.count < record.copies
        ? "the primary's commits would wait, or, with durability=quorum, need fewer nodes from then on"
        : "the primary goes on"
    }
    return database.failoverText
  }

  private var general: [String] {
    if database.isInMaintenance { return ["martlet maintenance off"] }
    return database.primaries.count == 1 && !database.successors.isEmpty
      ? ["martlet switchover --resource \(database.id)   # to move the primary"] : []
  }
}
