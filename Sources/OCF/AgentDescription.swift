/// All that an agent tells of itself before it is run.
public struct AgentDescription: Sendable {
  /// The resource type, as in `ocf:martlet:NAME`.
  public let name: String
  /// Martlet's version.
  public let version: String
  /// A few words.
  public let title: String
  /// Sentences for the manual; paragraphs are separated by an empty line.
  public let text: String
  /// Every parameter, in the order of the manual.
  public let parameters: [Parameter]
  /// Every action with its suggested timeout.
  public let actions: [AdvertisedAction]

  /// A description.
  public init(
    name: String, version: String, title: String, text: String, parameters: [Parameter],
    actions: [AdvertisedAction]
  ) {
    self.name = name
    self.version = version
    self.title = title
    self.text = text
    self.parameters = parameters
    self.actions = actions
  }

  /// What the agent prints when an operator asks for help, 80 columns.
  public func help(program: String) -> String {
    var text = """
      ocf:martlet:\(name) \(version): \(title)

      Pacemaker runs this agent. By hand, as root:
        OCF_RESKEY_pgdata=/path OCF_RESOURCE_INSTANCE=NAME \(program) ACTION

      Actions:

      """
    text += "  " + Action.allCases.map(\.rawValue).joined(separator: " ") + "\n\nParameters (OCF_RESKEY_NAME):\n"
    for parameter in parameters {
      let value =
        parameter.isRequired ? "required" : parameter.defaultValue.map { "default \($0)" } ?? "found on the node"
      text += "  \(parameter.name) (\(value)): \(parameter.title)\n"
    }
    return text + "\nExit codes are those of the OCF Resource Agent API 1.1; the reason is on standard error.\n"
  }
}
