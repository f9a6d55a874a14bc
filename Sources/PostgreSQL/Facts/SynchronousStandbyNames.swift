public import Replication

/// The setting `synchronous_standby_names`, in the two forms that the agent writes (manual, "Replication").
public struct SynchronousStandbyNames: Sendable, Equatable {
  /// What a commit waits for.
  public let rule: AcknowledgementRule
  /// `FIRST` with a name before the others that nobody has. It asks for more than `rule` does, but a standby's priority then
  /// tells whether its sender has read this setting.
  public let isRanked: Bool

  /// The setting for a rule.
  public init(_ rule: AcknowledgementRule, isRanked: Bool = false) {
    self.rule = rule
    self.isRanked = isRanked && rule.count > 0
  }

  /// No node has this name: it is not one word.
  private static let nobody = "martlet: nobody"

  /// As PostgreSQL reads it.
  public var text: String {
    guard rule.count > 0 else { return "" }
    let names = ((isRanked ? [Self.nobody] : []) + rule.standbys.sorted()).map {
      "\"\($0.replacing("\"", with: "\"\""))\""
    }
    return "\(isRanked ? "FIRST" : "ANY") \(rule.count) (\(names.joined(separator: ", ")))"
  }

  /// Reads what `text` writes; nil for what somebody else wrote.
  public init?(text: String) {
    if text.isEmpty {
      self.init(.none)
      return
    }
    let head = text.prefix { $0 != "(" }.split(separator: " ")
    guard head.count == 2, let count = Int(head[1]), count > 0, text.hasSuffix(")"),
      let open = text.firstIndex(of: "(")
    else { return nil }
    let list = text[text.index(after: open)...].dropLast()
    // Names of nodes have no quotes and no commas of their own.
    let names = list.split(separator: ",").map { $0.filter { $0 != "\"" } }.map { name in
      String(name.drop { $0 == " " })
    }
    self.init(
      AcknowledgementRule(count: count, standbys: Set(names).subtracting([Self.nobody])),
      isRanked: head[0] == "FIRST")
    guard self.text == text else { return nil }
  }

  /// The priority that PostgreSQL gives a standby by this setting (`pg_stat_replication.sync_priority`).
  public func priority(of standby: String) -> Int {
    guard let place = rule.standbys.sorted().firstIndex(where: { $0.lowercased() == standby.lowercased() })
    else {
      return 0
    }
    return isRanked ? place + 2 : 1
  }
}
