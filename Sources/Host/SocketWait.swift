internal import Glibc

/// Waits until a client library's socket is ready for `events` (poll(2)), has failed or was closed by the other side.
/// - Returns: false at the deadline.
public func isReady(_ socket: Int32, for events: Int16, until deadline: Deadline) -> Bool {
  var descriptor = pollfd(fd: socket, events: events, revents: 0)
  while true {
    let milliseconds = deadline.pollTimeout
    if milliseconds <= 0 { return false }
    let ready = poll(&descriptor, 1, milliseconds)
    if ready > 0 { return true }
    if ready == 0 || errno != EINTR { return false }
  }
}
