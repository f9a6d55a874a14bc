internal import Glibc
internal import Host

/// Waking a server up that has not done anything for a while: somebody connects to its Unix socket and leaves again. Whoever does
/// that may hang for ever, where the socket's directory is on a storage that does not answer: so a child does it.
enum Knock {
  /// The word by which the agent's program is told to be that child.
  static let word = "knock"

  /// As the child: 0 when the kernel has put the connection before the server, or so many wait there that it takes no more.
  static func answer(_ arguments: ArraySlice<String>) -> Int32 {
    guard let pid = arguments.first.flatMap({ Int32($0) }) else { return 1 }
    for path in ListeningSockets.paths(of: pid) {
      do throws(HostError) {
        if try Sockets.listener(at: path) == pid { return 0 }
      } catch {
        if error.errno == EAGAIN { return 0 }
      }
    }
    return 1
  }

  /// Starts the child; nil if it cannot be.
  static func begin(at server: Int32) -> Int32? {
    guard let program = try? OwnProgram.path() else { return nil }
    return try? Command(program, [word, String(server)], directory: "/").launch(log: "/dev/null")
  }

  /// Whether the child has knocked; nil while it is at it.
  static func isDone(_ child: Int32) -> Bool? {
    var status: Int32 = 0
    let ended = waitpid(child, &status, WNOHANG)
    if ended == 0 { return nil }
    return ended == child && status == 0
  }
}
