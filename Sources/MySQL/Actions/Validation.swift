internal import Host
internal import MySQLFacts
internal import OCF
internal import ReplicationActions

/// Judges the parameters: by themselves (level 0), and on this node (level 10).
struct Validation {
  let context: Context

  /// What is wrong, worst first; empty if nothing is.
  func problems(level: Int) -> [OCFError] {
    let values = context.instance.values
    var problems = values.problems
    if (values.text(Declarations.sslCert) == nil) != (values.text(Declarations.sslKey) == nil) {
      problems.append(
        OCFError(.notConfigured, "ssl_cert, ssl_key: only one of them is set; needs both or none"))
    }
    if let binary = values.text(Declarations.binary), binary.hasSuffix("_safe") || binary.hasSuffix("-safe") {
      problems.append(
        OCFError(
          .notConfigured,
          "binary \(binary): restarts a server that the cluster has stopped; needs mysqld or mariadbd itself")
      )
    }
    if level >= 10, problems.isEmpty { problems += problemsOnThisNode() }
    return problems
  }

  private func problemsOnThisNode() -> [OCFError] {
    let instance = context.instance
    let datadir = instance.datadir
    guard Files.exists(datadir) else {
      return [
        OCFError(.notInstalled, "datadir \(datadir): does not exist on this node; needs a data directory")
      ]
    }
    guard instance.user != nil, instance.owner.problem == nil else {
      return [
        OCFError(
          .notInstalled,
          "system_user: \(instance.owner.problem ?? "unknown"); needs \(instance.owner.need)")
      ]
    }
    guard instance.binary != nil else {
      if let given = instance.values.text(Declarations.binary) {
        return [
          OCFError(
            .notInstalled, "binary \(given): does not exist on this node; needs the server's program")
        ]
      }
      return [
        OCFError(
          .notInstalled,
          "binary: none of \(instance.binaryCandidates.joined(separator: ", ")) exists; needs the server's program"
        )
      ]
    }
    for parameter in [Declarations.configFile, Declarations.sslCA, Declarations.sslCert, Declarations.sslKey]
    {
      if let path = instance.values.text(parameter), !Files.exists(path) {
        return [
          OCFError(.notInstalled, "\(parameter.name) \(path): does not exist on this node; needs a file")
        ]
      }
    }
    return []
  }
}
