extension ClusterState {
  /// The cluster options of `<crm_config>`.
  public struct Options: Sendable, Equatable {
    /// Every property set, in document order.
    public var sets: [AttributeSet]
    /// Name to value over all sets, as Pacemaker looks them up: the set named `cib-bootstrap-options` first, then by
    /// score, then the later in the document; the first to name an option wins.
    public var values: [String: String]

    /// What a partition without quorum does.
    public enum NoQuorumPolicy: String, Sendable, Equatable {
      /// Every resource is stopped; the default.
      case stop
      /// Running resources stay, nothing is started.
      case freeze
      /// As if there were quorum.
      case ignore
      /// Promoted instances are demoted, everything else is stopped.
      case demote
      /// The nodes of the partition are fenced. Written `suicide` or, since 2.1.9, `fence`.
      case fence = "suicide"
    }

    /// `no-quorum-policy`; an unknown text is `stop`, as Pacemaker reads it.
    public var noQuorumPolicy: NoQuorumPolicy {
      switch values["no-quorum-policy"]?.lowercased() {
      case "fence": .fence
      case let text?: NoQuorumPolicy(rawValue: text) ?? .stop
      case nil: .stop
      }
    }

    /// Whether lost nodes are fenced: `fencing-enabled` (3.0.2 and later) or `stonith-enabled`; true when neither is set.
    public var isFencingEnabled: Bool {
      boolean(values["fencing-enabled"] ?? values["stonith-enabled"]) ?? true
    }

    /// Whether the whole cluster is left alone: `maintenance-mode`.
    public var isInMaintenance: Bool { boolean(values["maintenance-mode"]) ?? false }

    /// Whether no resource may be started: `stop-all-resources`.
    public var stopsAllResources: Bool { boolean(values["stop-all-resources"]) ?? false }

    /// The value of the option `name`, nil when it is not set.
    public subscript(name: String) -> String? { values[name] }
  }
}
