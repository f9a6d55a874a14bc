internal import OCF

/// What can be waited for.
public enum Goal: Sendable, Equatable {
  /// Everything is well, as `martlet status` says.
  case healthy
  /// Every instance runs and follows, and nothing is behind.
  case inSync
  /// That node's instance takes writes, and no other.
  case primary(String)

  /// `healthy`, `in-sync` or `primary=NODE`; nil for anything else.
  public init?(_ text: String) {
    switch text {
    case "healthy": self = .healthy
    case "in-sync": self = .inSync
    case let word where word.hasPrefix("primary=") && word.count > "primary=".count:
      self = .primary(String(word.dropFirst("primary=".count)))
    default: return nil
    }
  }

  /// What is missing still, a line for each database; empty once it has come about.
  /// - Parameter only: the database that matters; nil for all.
  public func missing(in cluster: ClusterOverview, only: String? = nil) -> [String] {
    let chosen = cluster.resources.filter { only == nil || $0.id == only }
    if chosen.isEmpty { return ["there is no \(only.map { "database \($0)" } ?? "database") in the cluster"] }
    return chosen.flatMap { missing(in: $0) }
  }

  private func missing(in database: ResourceOverview) -> [String] {
    switch self {
    case .healthy:
      return database.decision.verdict == .well ? [] : ["\(database.id): \(database.verdictText)"]
    case .inSync:
      if database.primaries.count != 1 { return ["\(database.id): \(database.verdictText)"] }
      return database.instances.compactMap { instance in
        if instance.role == .primary { return nil }
        let isBehind = (instance.lagBytes ?? 0) > 0 || (instance.lagSeconds ?? 0) > 0
        guard instance.isRunning, !instance.isLeftBehind, !isBehind, instance.state != "catching-up" else {
          return
            "\(database.id): \(instance.node) is \(isBehind ? "behind" : instance.state ?? instance.role.rawValue)"
        }
        return nil
      }
    case .primary(let node):
      if database.primaries == [node] { return [] }
      let now =
        database.primaries.isEmpty
        ? "nobody takes writes" : "\(database.primaries.joined(separator: " and ")) takes writes"
      return ["\(database.id): \(now)"]
    }
  }
}
