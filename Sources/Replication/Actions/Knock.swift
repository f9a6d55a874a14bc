internal import Glibc
internal import Host

/// Waking a server up that has not done anything for a while: somebody connects to its Unix socket and leaves again. Whoever does
/// that may hang for ever, where the socket's directory is on a storage that does not answer: so a child does it.
enum Knock {
  /// The word by which the agent's program is told to be that child.
  static let word = "knock"

  /// As the child: 0 when the kernel has put a connection before the server, or so many wait there that it takes no more.
  static func answer(_ arguments: ArraySlice<String>) -> Int32 {
    guard let pid = arguments.first.flatMap({ Int32($0) }) else { return 1 }
    // At every door: nobody knows behind which of them somebody sits.
    let knocked = ListeningSockets.paths(of: pid).map { isKnocked(at: $0, of: pid) }
    return knocked.contains(true) ? 0 : 1
  }

  private static func isKnocked(at path: String, of pid: Int32) -> Bool {
    do throws(HostError) {
      return try Sockets.listener(at: path) == pid
    } catch {
      // Whose queue is full is not told; another user may have put a socket of his own in its place.
      guard error.errno == EAGAIN, let owner = try? Files.owner(of: path) else { return false }
      return owner == (try? Files.owner(of: "/proc/\(pid)"))
    }
  }

  /// Starts the child; nil if it cannot be.
  static func begin(at server: Int32) -> Pulse.Attempt? {
    guard let program = try? OwnProgram.path(),
      let child = try? Command(program, [word, String(server)], directory: "/").launch(
        log: "/dev/null", within: .milliseconds(500))
    else { return nil }
    var answer: Bool?
    return {
      if answer == nil { answer = isDone(child) }
      return answer
    }
  }

  /// Whether the child has knocked; nil while it is at it.
  private static func isDone(_ child: Int32) -> Bool? {
    var status: Int32 = 0
    let ended = waitpid(child, &status, WNOHANG)
    if ended == 0 { return nil }
    return ended == child && status == 0
  }
}
