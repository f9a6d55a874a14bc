internal import CIB
internal import OCF

/// Moving the primary of a database, before anything is touched.
public enum SwitchoverPlan: Sendable, Equatable {
  /// It can be tried: the clone, from which node to which.
  case ready(clone: String, from: String, to: String)
  /// There is nothing to do.
  case done(String)
  /// Why it cannot be.
  case refused(String)

  /// - Parameters:
  ///   - resource: the database; nil where there is only one.
  ///   - target: the node; nil for the best.
  public init(in cluster: ClusterOverview, resource: String?, to target: String?) {
    guard let database = cluster.resources.first(where: { resource == nil || $0.id == resource }) else {
      self = .refused(resource.map { cluster.noDatabase($0) } ?? "the cluster has no database")
      return
    }
    if resource == nil, cluster.resources.count > 1 {
      let ids = cluster.resources.map(\.id).joined(separator: ", ")
      self = .refused("the cluster has more than one database; needs --resource, one of \(ids)")
      return
    }
    self.init(database, to: target)
  }

  private init(_ database: ResourceOverview, to target: String?) {
    let id = database.id
    guard database.hasQuorum else {
      self = .refused("\(id): this partition has no quorum, and does nothing")
      return
    }
    guard !database.isInMaintenance else {
      self = .refused("\(id): the cluster leaves it alone (maintenance); end that first")
      return
    }
    guard let from = database.primaries.first, database.primaries.count == 1 else {
      self = .refused("\(id): \(database.verdictText); needs one primary that can be moved")
      return
    }
    guard let to = target ?? database.successors.first else {
      self = .refused("\(id): no other instance could be promoted; `martlet status` says why")
      return
    }
    guard let instance = database.instances.first(where: { $0.node == to }) else {
      let nodes = database.instances.map(\.node).joined(separator: ", ")
      self = .refused("\(to): is no node of this cluster; there is \(nodes)")
      return
    }
    if to == from {
      self = .done("\(id): \(to) is the primary already")
    } else if database.instances.contains(where: { [from, to].contains($0.node) && !$0.isManaged }) {
      self = .refused("\(id): a node of the two is in maintenance; end that first")
    } else if !instance.canTakeOver {
      self = .refused("\(id): \(to) cannot be promoted: \(instance.whyNot)")
    } else {
      self = .ready(clone: database.clone, from: from, to: to)
    }
  }
}

extension InstanceOverview {
  /// Why it cannot take over.
  var whyNot: String {
    if availability != .online { return "the node is \(availability.word)" }
    if isOnStandby { return "the node is on standby" }
    if !isRunning { return "its instance does not run" + (reason.map { " (\($0))" } ?? "") }
    let said = reason ?? "its state is \(state ?? "not known")"
    return score == nil ? "\(said), and it has no promotion score" : said
  }
}

/// What was seen of a move that is under way.
public enum SwitchoverProgress: Sendable, Equatable {
  /// Nothing has changed yet.
  case asked
  /// Nobody takes writes.
  case between
  /// It is where it should be.
  case arrived
  /// The primary said why it was not moved.
  case refused(String)
  /// Another node than the one that was asked for became the primary.
  case elsewhere(String)
  /// The node that was asked for cannot be promoted any more, and why.
  case impossible(String)

  /// From what the cluster says now.
  /// - Parameter before: the primary's remarks before the move was asked for, that are still there from an earlier one.
  public init(of database: ResourceOverview, from: String, to: String, before: [String]) {
    let primaries = database.primaries
    let target = database.instances.first { $0.node == to }
    if primaries.contains(to) {
      self = primaries.count == 1 ? .arrived : .asked
    } else if let target, target.availability != .online || !target.isRunning {
      self = .impossible(target.whyNot)
    } else if let why = database.instances.first(where: { $0.node == from })?.remarks.first(where: {
      $0.hasPrefix(InstanceOverview.refusal) && !before.contains($0)
    }) {
      self = .refused(String(why.dropFirst(InstanceOverview.refusal.count)))
    } else if primaries.isEmpty {
      self = .between
    } else if let other = primaries.first, other != from {
      self = .elsewhere(other)
    } else {
      self = .asked
    }
  }
}
