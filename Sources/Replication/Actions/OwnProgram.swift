internal import Host

/// The agent's program as its own child: a worker, a sentinel.
enum OwnProgram {
  /// Where it is, also after an update has replaced it.
  static func path() throws(HostError) -> String {
    guard let found = ProcessStatus.of(currentProcess)?.program else {
      throw HostError(reason: "the agent's own program cannot be found; needs /proc")
    }
    return found
  }

  /// What it needs of the environment that Pacemaker gave the agent.
  static func passed(_ environment: [String: String]) -> [String: String] {
    environment.filter { name, _ in ["OCF_", "HA_", "PCMK_", "CIB_"].contains { name.hasPrefix($0) } }
  }
}
