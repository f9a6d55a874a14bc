extension ClusterState {
  /// A node of the cluster: what is configured for it and what is recorded of it.
  public struct Node: Sendable, Equatable {
    /// What runs on the node.
    public enum Kind: Sendable, Equatable {
      /// Corosync and the whole of Pacemaker.
      case member
      /// pacemaker-remoted only, managed through a remote connection (guest and bundle nodes too).
      case remote
      /// `ping`, or a type later than this code.
      case other(String)
    }

    /// The node's id: Corosync's number as text, or the name for a remote node.
    public var id: String
    /// The node's name (`uname`).
    public var name: String
    /// What runs on it.
    public var kind: Kind
    /// Permanent attributes (`crm_attribute -l forever`).
    public var permanentAttributes: [String: String]
    /// Utilization attributes (capacities).
    public var utilization: [String: String]
    /// Transient attributes (`crm_attribute -l reboot`, attrd): gone when the node leaves the cluster.
    public var transientAttributes: [String: String]
    /// What is recorded of its membership; nil when the status section has no entry for the node, which means that
    /// the cluster has never seen it.
    public var membership: Membership?
    /// What was done to resources there, in document order.
    public var histories: [ResourceHistory]

    /// The attribute `name`: the transient value, else the permanent one, as Pacemaker looks it up.
    public func attribute(_ name: String) -> String? {
      transientAttributes[name] ?? permanentAttributes[name]
    }

    /// Whether the node may run nothing: attribute `standby`.
    public var isStandby: Bool { boolean(attribute("standby")) ?? false }

    /// Whether Pacemaker leaves the node's resources alone: attribute `maintenance`.
    public var isInMaintenance: Bool { boolean(attribute("maintenance")) ?? false }

    /// Whether the node asked to leave: attribute `shutdown` is there and not 0 (it is a time).
    public var isShuttingDown: Bool { (attribute("shutdown") ?? "0") != "0" }

    /// Whether somebody asked for the node to be fenced: attribute `terminate` is true or a time.
    public var isFencingRequested: Bool {
      guard let text = attribute("terminate") else { return false }
      return boolean(text) ?? ((decimalPrefix(of: text) ?? 0) != 0)
    }
  }

  /// What `<node_state>` says of a node's membership, in either dialect: "true"/"online" up to 2.1.6, the time since
  /// when from 2.1.7 on.
  public struct Membership: Sendable, Equatable {
    /// Whether a node is in something.
    public enum Presence: Sendable, Equatable {
      /// It is not.
      case absent
      /// It is; `since` is the second of the Unix epoch when it came, nil where only "true" was recorded.
      case present(since: Int?)

      /// Whether it is.
      public var isPresent: Bool { self != .absent }
    }

    /// How far the node has come in joining the controllers' group.
    public enum Join: Sendable, Equatable {
      /// Not joined.
      case down
      /// Being let in.
      case pending
      /// Joined: runs resources.
      case member
      /// Refused.
      case banned
      /// A word that this code does not know.
      case other(String)
    }

    /// Corosync membership (`in_ccm`); nil when nothing readable is recorded.
    public var cluster: Presence?
    /// The controller's process group (`crmd`).
    public var controller: Presence
    /// `join`; nil when not recorded.
    public var join: Join?
    /// Whether the node is expected to be up (`expected="member"`).
    public var isExpectedUp: Bool
    /// Whether a remote or guest node was fenced (`node_fenced`).
    public var isRemoteFenced: Bool
  }
}
