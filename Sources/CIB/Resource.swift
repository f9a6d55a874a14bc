extension ClusterState {
  /// A primitive resource as configured, templates and references resolved.
  public struct Resource: Sendable, Equatable {
    /// The primitive's id.
    public var id: String
    /// The agent's class, as in `ocf`.
    public var agentClass: String
    /// The agent's provider, as in `heartbeat`; nil for classes without.
    public var provider: String?
    /// The agent's type, as in `pgsqlms`.
    public var type: String
    /// The template it was made from.
    public var template: String?
    /// What contains it, from the outside in.
    public var containers: [Container]
    /// Instance attributes: what the agent gets as OCF_RESKEY_*.
    public var parameters: [String: String]
    /// Meta attributes in force: the primitive's, its template's, its containers' from the inside out, and
    /// `rsc_defaults`; the first to name one wins.
    public var metaAttributes: [String: String]
    /// The operations configured, the template's included.
    public var operations: [ConfiguredOperation]

    /// The clone it is in, if any.
    public var clone: Container? { containers.first { $0.kind == .clone } }

    /// Whether its instances can be promoted: it is in a clone with `promotable=true`, in an old `<master>`, or in a
    /// bundle with promoted replicas.
    public var isPromotable: Bool { containers.contains(where: \.isPromotable) }

    /// Whether the resource itself is configured to be left alone: `is-managed=false`, or `maintenance=true`. The cluster's
    /// and the node's maintenance are other facts, see `ClusterState.isManaged(_:on:)`.
    public var isManaged: Bool {
      (boolean(metaAttributes["is-managed"]) ?? true) && !(boolean(metaAttributes["maintenance"]) ?? false)
    }
  }

  /// A group, clone or bundle around a primitive.
  public struct Container: Sendable, Equatable {
    /// What it is.
    public enum Kind: Sendable, Equatable {
      /// `<group>`
      case group
      /// `<clone>`, or the `<master>` of before 3.0.
      case clone
      /// `<bundle>`
      case bundle
    }

    /// What it is.
    public var kind: Kind
    /// Its id, the one that location and ordering constraints name.
    public var id: String
    /// Its meta attributes in force, its own containers' and `rsc_defaults` included.
    public var metaAttributes: [String: String]
    /// Whether the instances inside can be promoted.
    public var isPromotable: Bool
  }

  /// An operation as configured for a resource (`<op>`).
  public struct ConfiguredOperation: Sendable, Equatable {
    /// The op's XML id.
    public var id: String
    /// The action.
    public var name: String
    /// How often it is repeated; zero for once.
    public var interval: Duration
    /// The role in which it is repeated, `Promoted` and `Unpromoted` also where `Master` and `Slave` are written; nil
    /// when the op names none.
    public var role: String?
    /// How long it may take; nil when neither the op nor `op_defaults` says, which means 20 s.
    public var timeout: Duration?
    /// What is done when it fails (`on-fail`), nil for the default.
    public var onFail: String?
    /// Whether it is carried out at all (`enabled`).
    public var isEnabled: Bool
    /// Everything written in the op, in its meta attributes and in `op_defaults`, by name.
    public var attributes: [String: String]
  }
}
