public import ArgumentParser
public import Manual
internal import OCF

/// The operator's command.
@main
struct Martlet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "Look at and look after the databases that Martlet keeps available.",
    discussion: """
      Martlet keeps databases available under Pacemaker: PostgreSQL as ocf:martlet:postgresql, MySQL and MariaDB as \
      ocf:martlet:mysql. An agent says in crm_mon and in the log why it decided something, with the id of the rule: \
      "rule=monitor/64".
      """,
    version: martletVersion,
    subcommands: [
      StatusCommand.self, ExplainCommand.self, ReplayCommand.self, WaitCommand.self, SwitchoverCommand.self,
      FailoverCommand.self, MaintenanceCommand.self,
      MetricsCommand.self, RulesCommand.self, ParametersCommand.self,
      ManualCommand.self,
    ])
}

/// `martlet rules`
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "Print the rules by which an agent decides.",
    discussion: """
      Rules are tried in the order in which they are printed; the first that fits decides. The sentence is the one \
      that crm_mon and the log show.
      """)

  @Argument(help: "The agent: postgresql, which it is without a word, or mysql.") var agent: Manual.Agent?
  @Flag(help: "Print tables in Markdown, for a manual.") var markdown = false

  func run() {
    let agent = agent ?? .postgresql
    if !markdown {
      let others = Manual.Agent.allCases.filter { $0 != agent }.map { "martlet rules \($0.rawValue)" }
      print(
        "The rules of ocf:martlet:\(agent.rawValue) (\(others.joined(separator: ", ")) prints the other's).\n"
      )
    }
    print(Manual.rules(of: agent, markdown: markdown), terminator: "")
  }
}

/// `martlet parameters`
struct ParametersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parameters",
    abstract: "Print the parameters of an agent.",
    discussion: "They are what pcs and crmsh call the options or params of a resource.")

  @Argument(help: "The agent.") var agent = Manual.Agent.postgresql
  @Flag(help: "Print a table in Markdown, for a manual.") var markdown = false

  func run() { print(Manual.parameters(of: agent, markdown: markdown), terminator: "") }
}

/// `martlet manual`
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Print the manual page of an agent, or of this command, for man.",
    discussion: "They are installed as ocf_martlet_AGENT(7) and martlet(1).")

  /// What there is a page of.
  enum Topic: String, ExpressibleByArgument, CaseIterable {
    case postgresql, mysql, command
  }

  @Argument(help: "postgresql, mysql, or command.") var topic = Topic.postgresql

  func run() {
    let page = Manual.Agent(rawValue: topic.rawValue).map { Manual.page(of: $0) } ?? CommandHelp.page
    print(page, terminator: "")
  }
}

extension Manual.Agent: ExpressibleByArgument {}
