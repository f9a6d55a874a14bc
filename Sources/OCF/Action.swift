/// The actions of a promotable agent, by the names that Pacemaker passes as the first argument.
public enum Action: String, Sendable, CaseIterable {
  /// Brings the instance up, unpromoted.
  case start
  /// Ends every process of the instance.
  case stop
  /// Tells the instance's state; a probe when the interval is zero.
  case monitor
  /// Makes the instance the writable one.
  case promote
  /// Makes the instance follow again.
  case demote
  /// Hears what the cluster is about to do, or did.
  case notify
  /// Takes over changed parameters marked reloadable, without a restart.
  case reloadAgent = "reload-agent"
  /// Judges the parameters.
  case validateAll = "validate-all"
  /// Prints the agent's description.
  case metaData = "meta-data"
}

/// An action as advertised in the metadata: its name and the timeout that operators should start from.
public struct AdvertisedAction: Sendable, Equatable {
  /// Which action.
  public let action: Action
  /// The suggested timeout.
  public let timeout: Duration
  /// The suggested interval, for monitors.
  public let interval: Duration?
  /// For which role the suggestion holds: `Promoted` or `Unpromoted`.
  public let role: InstanceRole?

  /// A suggestion for one action.
  public init(_ action: Action, timeout: Duration, interval: Duration? = nil, role: InstanceRole? = nil) {
    self.action = action
    self.timeout = timeout
    self.interval = interval
    self.role = role
  }
}

/// The role that the cluster believes an instance has.
public enum InstanceRole: String, Sendable {
  /// The writable instance.
  case promoted = "Promoted"
  /// A following instance.
  case unpromoted = "Unpromoted"

  /// Reads Pacemaker's names, the present ones and those before 2.1; nil for anything else.
  public init?(pacemaker name: String) {
    switch name {
    case "Promoted", "Master": self = .promoted
    case "Unpromoted", "Slave", "Started": self = .unpromoted
    default: return nil
    }
  }
}
