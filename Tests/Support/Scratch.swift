internal import Glibc
package import Host

/// A directory of its own for one test, removed with everything in it.
package final class Scratch: Sendable {
  package let path: String

  package init() throws {
    var template = Array("/tmp/martlet-test.XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw HostError(reason: "mkdtemp", errno: errno) }
    path = String(cString: made)
    // Other users' processes have to get at their files here.
    chmod(path, 0o777)
  }

  deinit {
    _ = try? Command("/bin/rm", ["-rf", path]).run(until: Deadline(after: .seconds(10)))
  }

  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// An executable shell script.
  ///
  /// Written by another process: a child that another test forks meanwhile would hold our descriptor open for
  /// writing, and executing the script would fail with ETXTBSY.
  package func script(_ name: String, _ text: String) throws -> String {
    let writer = Command(
      "/bin/sh", ["-c", #"cat > "$1"; chmod 755 "$1""#, "sh", file(name)],
      input: Array("#!/bin/sh\n\(text)\n".utf8))
    _ = try writer.run(until: soon())
    return file(name)
  }

  package func names() throws -> [String] { try Files.list(path) }
}

package let isRoot = getuid() == 0
package let rootOnly = "only root can become another user"

/// An account that is not root, with more than its primary group where there is one.
package func somebody() throws -> User {
  for name in ["postgres", "daemon"] {
    if let user = try? User.named(name) { return user }
  }
  return try User.named("nobody")
}

package func shell(_ script: String, _ arguments: [String] = []) -> Command {
  Command("/bin/sh", ["-c", script, "sh"] + arguments)
}

package func soon(_ seconds: Int = 20) -> Deadline { Deadline(after: .seconds(seconds)) }
