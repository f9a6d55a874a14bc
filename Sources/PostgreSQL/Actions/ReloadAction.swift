internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import ReplicationActions

/// Takes over the parameters that hold without a restart. They are read anew by every action, so all that is to be
/// done is to keep them.
struct ReloadAction {
  let context: Context

  func run() throws(OCFError) -> Outcome {
    // A mistake in a parameter must not end a healthy server: Pacemaker would restart it, and start would refuse.
    if let problem = Validation(context: context).problems(level: 0).first {
      context.log(.error, "reload-agent: \(problem.reason); the former parameters stay")
      return Outcome(.success, "the former parameters stay: \(problem.reason)")
    }
    guard var kept = context.run.startParameters else {
      return Outcome(.success, "the instance was not started by the agent: nothing to take over")
    }
    for parameter in Declarations.all where parameter.isReloadable {
      kept[parameter.name] = context.startParameters[parameter.name]
    }
    do throws(HostError) {
      try context.run.save(startParameters: kept)
    } catch {
      throw OCFError(.genericError, error.reason)
    }
    return Outcome(.success, "takes the new parameters")
  }
}
