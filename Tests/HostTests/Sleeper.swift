import Glibc

@testable import Host

/// A sleeping process that is killed with the last reference to it.
final class Sleeper {
  let pid: Int32

  init(_ executable: String = "/bin/sleep", in directory: String? = nil) throws {
    var command = Command(executable, ["60"])
    command.directory = directory
    pid = try command.launch(log: "/dev/null")
  }

  deinit {
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
  }

  func status() throws -> ProcessStatus {
    guard let status = ProcessStatus.of(pid) else { throw HostError(reason: "no process \(pid)") }
    return status
  }
}
