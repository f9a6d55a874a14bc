internal import OCF

extension Manual {
  /// An agent's manual page for man(1), in the macros of man(7), from its declarations and its rules.
  public static func page(of agent: Agent) -> String {
    let description = description(of: agent)
    let name = "ocf_martlet_\(description.name)"
    var page = Roff()
    page.macro("TH", [name.uppercased(), "7", "", "Martlet \(description.version)", "OCF resource agents"])
    page.section("NAME")
    page.text("\(name) \u{2014} \(description.title)")
    page.section("DESCRIPTION")
    page.paragraphs(description.text)
    page.section("PARAMETERS")
    for parameter in description.parameters {
      page.tagged(parameter.name, parameter.inBrackets)
      page.text(parameter.text)
    }
    page.section("ACTIONS")
    page.text("With the timeouts and intervals to start from:")
    for action in description.actions { page.tagged(action.action.rawValue, action.terms) }
    page.section("STATES")
    page.text(
      "The node attribute RESOURCE-state, as crm_mon -A shows it. A degraded one is among the failed actions, with its reason; it is not restarted for it."
    )
    for (state, because) in states(of: agent) {
      page.tagged(state, "")
      page.text(because)
    }
    page.section("EXAMPLE")
    page.text("With pcs:")
    page.literal(example(description))
    page.section("SEE ALSO")
    page.text(
      "crm_mon(8), pcs(8), crm(8). martlet rules \(description.name) prints the rules by which the agent decides. \(furtherReading(agent))"
    )
    return page.lines.joined(separator: "\n") + "\n"
  }

  private static func furtherReading(_ agent: Agent) -> String {
    let directory = "/usr/share/doc/martlet"
    let examples = "\(directory)/crm-examples has whole clusters for crmsh and pcs."
    return agent == .mysql
      ? "\(directory)/mysql.md has the accounts and the settings, and what to do in each state; \(examples)"
      : examples
  }

  private static func example(_ description: AgentDescription) -> [String] {
    let required = description.parameters.filter(\.isRequired).map { " \($0.name)=..." }.joined()
    let operations = description.actions.compactMap { action -> String? in
      let skipped: [Action] = [.validateAll, .metaData, .reloadAgent]
      return skipped.contains(action.action)
        ? nil : "  op " + ([action.action.rawValue] + action.settings).joined(separator: " ") + " \\"
    }
    return ["pcs resource create NAME ocf:martlet:\(description.name)\(required) \\"] + operations
      + ["  promotable notify=true"]
  }
}

extension AdvertisedAction {
  fileprivate var settings: [String] {
    [interval.map { "interval=\($0.brief)" }, "timeout=\(timeout.brief)", role.map { "role=\($0.rawValue)" }]
      .compactMap { $0 }
  }

  fileprivate var terms: String { settings.joined(separator: " ") }
}

extension Parameter {
  fileprivate var inBrackets: String {
    let standard = defaultValue.map { "default \($0)" } ?? (isRequired ? "required" : "no default")
    return "(\(words); \(standard)\(isReloadable ? "; a change needs no restart" : ""))"
  }
}
