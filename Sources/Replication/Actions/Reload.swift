internal import Host
package import OCF

extension ActionContext {
  /// Takes over the parameters that hold without a restart. They are read anew by every action, so all that is to be done
  /// is to keep them.
  /// - Parameters:
  ///   - given: the parameters as Pacemaker gives them now, by name.
  ///   - problem: what is wrong with them.
  package func takeReloadable(_ declared: [Parameter], from given: [String: String], problem: OCFError?)
    throws(OCFError) -> Outcome
  {
    // A mistake in a parameter must not end a healthy server: Pacemaker would restart it, and start would refuse.
    if let problem {
      log(.error, "reload-agent: \(problem.reason); the former parameters stay")
      return Outcome(.success, "the former parameters stay: \(problem.reason)")
    }
    guard var kept = run.startParameters else {
      return Outcome(.success, "the instance was not started by the agent: nothing to take over")
    }
    for parameter in declared where parameter.isReloadable { kept[parameter.name] = given[parameter.name] }
    do throws(HostError) {
      try run.save(startParameters: kept)
    } catch {
      throw OCFError(.genericError, error.reason)
    }
    return Outcome(.success, "takes the new parameters")
  }
}
