extension Reader {
  func history(_ element: Element) -> ClusterState.ResourceHistory? {
    guard let id = element["id"] else { return nil }
    return .init(
      id: id, agentClass: element["class"] ?? "", provider: element["provider"], type: element["type"] ?? "",
      operations: element.children("lrm_rsc_op").compactMap(operation))
  }

  /// An entry without id, action, status or exit code is left out, as Pacemaker leaves it out.
  private func operation(_ element: Element) -> ClusterState.Operation? {
    guard let id = element["id"], let name = element["operation"], let status = integer(element["op-status"]),
      let exitCode = integer(element["rc-code"])
    else { return nil }
    return .init(
      id: id, name: name,
      interval: milliseconds(element["interval"]) ?? .zero,
      callID: integer(element["call-id"]),
      exitCode: exitCode,
      status: .init(rawValue: status),
      transition: transition(element),
      executionTime: milliseconds(element["exec-time"]),
      queueTime: milliseconds(element["queue-time"]),
      lastChange: integer(element["last-rc-change"]),
      exitReason: element["exit-reason"] ?? "",
      node: element["on_node"],
      origin: element["crm-debug-origin"])
  }

  /// `transition-key` is ACTION:TRANSITION:EXPECTED:UUID; `transition-magic` is STATUS:CODE; before the same.
  private func transition(_ element: Element) -> ClusterState.Transition? {
    let key =
      element["transition-key"]
      ?? element["transition-magic"].flatMap {
        $0.split(separator: ";", maxSplits: 1).dropFirst().first.map(String.init)
      }
    guard let parts = key?.split(separator: ":", omittingEmptySubsequences: false), parts.count == 4,
      let action = Int(parts[0]), let number = Int(parts[1]), let expected = Int(parts[2])
    else { return nil }
    return .init(action: action, number: number, expectedExitCode: expected, origin: String(parts[3]))
  }

  /// Times of the history are milliseconds without unit, unlike those of the configuration.
  private func milliseconds(_ text: String?) -> Duration? {
    guard let value = integer(text), value >= 0 else { return nil }
    return .milliseconds(min(value, 100_000_000_000_000))
  }
}
