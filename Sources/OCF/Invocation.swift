/// One call of an agent, as its arguments and its environment tell it.
public struct Invocation: Sendable, Equatable {
  /// The resource's name, without the `:0` of a clone's instance; `default` when run without any.
  public let instance: String
  /// The node's name in the cluster; nil outside one.
  public let node: String?
  /// How long the action may take before Pacemaker kills it; Pacemaker's default of 20 s when it does not say.
  public let timeout: Duration
  /// Zero for a probe and for everything that does not recur.
  public let interval: Duration
  /// Which role the cluster expects, for a monitor that is configured by role.
  public let expectedRole: InstanceRole?
  /// How deep `validate-all` and monitor should look: 0, 10, 20.
  public let checkLevel: Int
  /// The transition's lists, where Pacemaker sent any.
  public let lists: TransitionLists?
  /// The notification, if the action is notify and the variables are there.
  public let notification: Notification?
  /// The major OCF version that the caller speaks, if it is another than 1.
  public let unsupportedVersion: String?

  /// Reads the environment (OCF Resource Agent API 1.1, "Environment variables"; Pacemaker Administration,
  /// "Resource agents"). What is missing gets the value that a call by hand would want.
  public init(environment: [String: String]) {
    let name = environment["OCF_RESOURCE_INSTANCE"] ?? ""
    instance = Invocation.baseName(name.isEmpty ? "default" : name)
    let meta = "OCF_RESKEY_CRM_meta_"
    node = environment[meta + "on_node"].flatMap { $0.isEmpty ? nil : $0 }
    let allowed = environment[meta + "timeout"].flatMap { Int64($0) } ?? 0
    timeout = .milliseconds(allowed > 0 ? allowed : 20_000)
    interval = .milliseconds(environment[meta + "interval"].flatMap { Int64($0) } ?? 0)
    expectedRole = environment[meta + "role"].flatMap { InstanceRole(pacemaker: $0) }
    checkLevel = environment["OCF_CHECK_LEVEL"].flatMap { Int($0) } ?? 0
    lists = TransitionLists(environment: environment)
    notification = Notification(environment: environment)
    let major = environment["OCF_RA_VERSION_MAJOR"] ?? ""
    unsupportedVersion = major.isEmpty || major == "1" ? nil : major
  }

  /// A monitor that does not recur: the cluster asks what is there, and expects nothing.
  public var isProbe: Bool { interval == .zero }

  /// `pgsql:12` -> `pgsql`: the numbers of anonymous clones mean nothing across actions.
  static func baseName(_ name: String) -> String {
    guard let colon = name.lastIndex(of: ":") else { return name }
    let number = name[name.index(after: colon)...]
    return !number.isEmpty && number.allSatisfy { $0.isASCII && $0.isNumber } ? String(name[..<colon]) : name
  }
}
