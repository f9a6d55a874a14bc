package import Host
internal import OCF

/// Tells the cluster what changed about an instance, and nothing else: every change of an attribute is a write to the
/// CIB on all nodes and a new transition.
package struct Publisher {
  package let cluster: Cluster
  package let resource: String

  /// For the instance of `context`.
  package init(_ context: some ActionContext) {
    cluster = context.cluster
    resource = context.invocation.instance
  }

  /// Sets the promotion score, if it is not what was told before.
  package func publish(score: PromotionScore, in memory: inout Memory) {
    guard let tools = cluster.tools, memory.published("score") != score.description else { return }
    do throws(CommandError) {
      try tools.setPromotionScore(score)
      memory.notePublished("score", score.description)
    } catch {
      memory.notePublished("score", nil)
      cluster.log(.warning, "the promotion score could not be set to \(score): \(error.reason)")
    }
  }

  /// Takes the promotion score away, so that the instance cannot be promoted, and is demoted if it is promoted.
  package func withdrawScore(in memory: inout Memory) {
    guard let tools = cluster.tools, memory.published("score") != "none" else { return }
    do throws(CommandError) {
      try tools.deletePromotionScore()
      memory.notePublished("score", "none")
    } catch {
      memory.notePublished("score", nil)
      cluster.log(.warning, "the promotion score could not be removed: \(error.reason)")
    }
  }

  /// Sets node attributes RESOURCE-NAME, those that differ from what was told before; an empty value removes one.
  package func publish(_ attributes: [(name: String, value: String)], in memory: inout Memory) {
    guard let tools = cluster.tools else { return }
    let changed = attributes.filter { (memory.published($0.name) ?? "") != $0.value }
    tell(changed[...], tools, &memory)
  }

  /// Starts the tool for one, and for the rest while that runs.
  private func tell(
    _ attributes: ArraySlice<(name: String, value: String)>, _ tools: ClusterTools, _ memory: inout Memory
  ) {
    guard let (name, value) = attributes.first else { return }
    do throws(CommandError) {
      if value.isEmpty {
        try tools.deleteAttribute("\(resource)-\(name)") { tell(attributes.dropFirst(), tools, &memory) }
      } else {
        try tools.setAttribute("\(resource)-\(name)", value, isPrivate: false) {
          tell(attributes.dropFirst(), tools, &memory)
        }
      }
      memory.notePublished(name, value.isEmpty ? nil : value)
    } catch {
      cluster.log(.warning, "the attribute \(resource)-\(name) could not be set: \(error.reason)")
    }
  }

  /// After a probe has told everything again: when a node's controller dies and comes back, the others delete its
  /// attributes from the CIB while its attribute daemon still holds them.
  package func refresh() {
    guard let tools = cluster.tools else { return }
    do throws(CommandError) {
      try tools.refreshAttributes()
    } catch {
      cluster.log(.warning, "the attributes could not be written anew: \(error.reason)")
    }
  }

  /// Pacemaker's attribute daemon forgets a node's attributes when it is restarted. A new one is seen by its process,
  /// which costs no tool: it is a child of the daemon that started the executor that started this agent.
  package static func attributeDaemon() -> String? {
    guard let agent = ProcessStatus.of(currentProcess), let executor = ProcessStatus.of(agent.parent),
      executor.command.hasPrefix("pacemaker-exec")
    else { return nil }
    for child in Processes.children(of: executor.parent) {
      guard let process = ProcessStatus.of(child), process.command.hasPrefix("pacemaker-attr") else {
        continue
      }
      return process.identity
    }
    return nil
  }
}
