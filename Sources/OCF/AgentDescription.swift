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
    let required = parameters.filter(\.isRequired).map { "OCF_RESKEY_\($0.name)=... " }.joined()
    var text = """
      ocf:martlet:\(name) \(version): \(title)

      Pacemaker runs this agent. By hand, as root:
        \(required)OCF_RESOURCE_INSTANCE=NAME \(program) ACTION

      Actions:

      """
    text += "  " + Action.allCases.map(\.rawValue).joined(separator: " ")
    text += "\n\nParameters (OCF_RESKEY_NAME):\n"
    for parameter in parameters {
      let given = parameter.defaultValue.map { "default \($0)" } ?? "no default"
      text += "  \(parameter.name) (\(parameter.isRequired ? "required" : given)): \(parameter.title)\n"
    }
    text += "\nExit codes are those of the OCF Resource Agent API 1.1.\n"
    return text + "The reason is on standard error.\n"
  }
}
