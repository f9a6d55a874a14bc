/// The parameters of one invocation, checked against their declarations.
///
/// A value that is not acceptable is replaced by the default and kept as a problem: stop and monitor must work
/// with whatever the operator wrote, while start and validate-all refuse.
public struct ParameterValues: Sendable, Equatable {
  private let values: [String: String]
  private let rejected: Set<String>
  /// What is wrong, in the order of the declarations.
  public let problems: [OCFError]

  /// Reads `OCF_RESKEY_<name>` for each declared parameter. An empty value counts as not given.
  public init(_ declared: [Parameter], environment: [String: String]) {
    var values: [String: String] = [:]
    var problems: [OCFError] = []
    var rejected: Set<String> = []
    for parameter in declared {
      let given = environment[parameter.variable] ?? ""
      if given.isEmpty {
        values[parameter.name] = parameter.defaultValue
        if parameter.isRequired {
          problems.append(OCFError(.notConfigured, "\(parameter.name): is not set; needs a value"))
        }
      } else if let objection = parameter.objection(to: given) {
        values[parameter.name] = parameter.defaultValue
        problems.append(OCFError(.notConfigured, "\(parameter.name): \(objection)"))
        rejected.insert(parameter.name)
      } else {
        values[parameter.name] = given
      }
    }
    self.values = values
    self.problems = problems
    self.rejected = rejected
  }

  /// What was given is not acceptable, so that the default stands in for it.
  public func isRejected(_ parameter: Parameter) -> Bool { rejected.contains(parameter.name) }

  /// The value or the default; nil when there is neither.
  public func text(_ parameter: Parameter) -> String? { values[parameter.name] }

  /// The value of a `.boolean` parameter; false when there is none.
  public func flag(_ parameter: Parameter) -> Bool {
    values[parameter.name].flatMap(Parameter.boolean) ?? false
  }

  /// The value of an `.integer` parameter.
  public func integer(_ parameter: Parameter) -> Int? { values[parameter.name].flatMap { Int($0) } }

  /// The value of a `.duration` parameter.
  public func duration(_ parameter: Parameter) -> Duration? {
    values[parameter.name].flatMap { Duration(pacemaker: $0) }
  }
}
