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
    try keep(startParameters: kept)
    return Outcome(.success, "takes the new parameters")
  }

  /// A recurring monitor was given parameters that hold without a restart, and nobody told the instance: Pacemaker 2.1 does not
  /// reload what was demoted since its last start (unpack.c, process_rsc_history), and gives its monitors the new ones.
  /// - Parameters:
  ///   - holding: the environment with what the instance goes by.
  ///   - given: the environment as Pacemaker gave it.
  package func missesReload(
    _ declared: [Parameter], holding: [String: String], given: [String: String]
  ) -> Bool {
    !invocation.isProbe
      && declared.contains { $0.isReloadable && holding[$0.variable] != given[$0.variable] }
  }

  /// Takes over what a monitor found. A mistake among the parameters leaves the former ones.
  /// - Returns: whether the new ones hold now.
  package func takeMissed(_ declared: [Parameter], from given: [String: String], problem: OCFError?)
    -> Bool
  {
    guard problem == nil,
      let outcome = try? takeReloadable(declared, from: given, problem: nil)
    else { return false }
    log(.info, "monitor: \(outcome.reason)")
    return true
  }

  /// A running instance is judged by these parameters from now on.
  package func keep(startParameters: [String: String]) throws(OCFError) {
    do throws(HostError) {
      try run.save(startParameters: startParameters)
    } catch {
      throw OCFError(.genericError, error.reason)
    }
  }
}
