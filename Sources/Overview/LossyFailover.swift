internal import CIB
internal import Replication

/// A promotion although acknowledged commits may be lost by it: only where nothing else is left.
public enum LossyFailover: Sendable, Equatable {
  /// It can be allowed: the node that would be promoted, and what may be lost.
  case ready(to: String, warning: String)
  /// There is nothing to allow, or it cannot be.
  case refused(String)

  /// - Parameters:
  ///   - resource: the database.
  ///   - target: the node; nil for the best of those that answer.
  public init(of database: ResourceOverview, to target: String?) {
    let id = database.id
    guard database.hasQuorum else {
      self = .refused("\(id): this partition has no quorum, and does nothing")
      return
    }
    if let primary = database.primaries.first {
      self = .refused("\(id): \(primary) takes writes; nothing is lost now (`martlet switchover` moves it)")
      return
    }
    guard let record = database.record else {
      self = .refused(
        "\(id): nothing is promised of acknowledged commits, so that no promotion waits for them; `martlet explain` says what it waits for"
      )
      return
    }
    let answering = database.instances.filter { $0.availability == .online && $0.isRunning }
    guard
      let chosen = target
        ?? answering.max(by: { ($0.score?.rawValue ?? 0) < ($1.score?.rawValue ?? 0) })?.node,
      answering.contains(where: { $0.node == chosen })
    else {
      self = .refused(
        "\(id): \(target.map { "\($0): its instance does not run" } ?? "no instance runs"); needs one that can be promoted"
      )
      return
    }
    let there = Set(answering.map(\.node))
    if record.isCovered(by: there) {
      self = .refused(
        "\(id): enough nodes are there to know that nothing is lost; the cluster promotes one by itself, or `martlet explain` says why not"
      )
      return
    }
    let missed = record.members.subtracting(there).sorted().joined(separator: ", ")
    self = .ready(
      to: chosen,
      warning:
        "each acknowledged commit is on at least \(record.copies) of \(record.members.sorted().joined(separator: " ")), and \(missed) cannot be asked: what \(missed) alone has would be lost"
    )
  }
}
