internal import MySQLFacts
internal import OCF
internal import PostgreSQLFacts

extension Manual {
  /// What an agent tells of itself.
  static func description(of agent: Agent) -> AgentDescription {
    switch agent {
    case .postgresql: PostgreSQLFacts.Declarations.agent
    case .mysql: MySQLFacts.Declarations.agent
    }
  }

  /// Every parameter of an agent, in the order of its declarations.
  public static func parameters(of agent: Agent, markdown: Bool) -> String {
    let parameters = description(of: agent).parameters
    if markdown {
      return Table(
        headings: ["parameter", "type", "default", "reloadable", "what it is"],
        rows: parameters.map {
          ["`\($0.name)`", $0.content.words, $0.standard, $0.isReloadable ? "yes" : "no", $0.text]
        }
      ).markdown
    }
    return Table(
      headings: [],
      rows: parameters.map {
        let change = $0.isReloadable ? "a change needs no restart" : "a change needs a restart"
        return [$0.name, "\($0.content.words); \($0.standardInWords); \(change)", $0.text]
      }
    ).plain
  }
}

extension Parameter {
  /// The default, for a table's cell.
  fileprivate var standard: String {
    defaultValue.map { "`\($0)`" } ?? (isRequired ? "required" : "")
  }

  fileprivate var standardInWords: String {
    defaultValue.map { "default \($0)" } ?? (isRequired ? "required" : "no default")
  }
}

extension Parameter {
  /// What a value must look like, in a few words.
  var words: String { content.words }
}

extension Parameter.Content {
  fileprivate var words: String {
    switch self {
    case .string: "text"
    case .path: "absolute path"
    case .boolean: "true or false"
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .duration(let range): "time, \(range.lowerBound.brief) to \(range.upperBound.brief)"
    case .choice(let words): words.joined(separator: " or ")
    }
  }
}
