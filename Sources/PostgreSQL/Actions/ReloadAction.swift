internal import Host
internal import OCF
internal import PostgreSQLFacts

/// Takes over the parameters that hold without a restart. They are read anew by every action, so all that is to be
/// done is to keep them.
struct ReloadAction {
  let context: Context

  func run() throws(OCFError) -> Outcome {
    if let problem = context.instance.values.problems.first { throw problem }
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
