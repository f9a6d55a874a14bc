internal import Host

/// What a sentinel stands for.
package struct SentinelDuty: Equatable, CustomStringConvertible {
  /// It tells the cluster of the server's end.
  package var tells: Bool
  /// The server was a primary when it was posted: what its end means depends on that.
  package var isPrimary: Bool
  /// How long the server may be a primary without a quorate cluster; zero for as long as it likes.
  package var lease: Duration

  package init(tells: Bool, isPrimary: Bool, lease: Duration) {
    self.tells = tells
    self.isPrimary = isPrimary
    self.lease = lease
  }

  /// As the program is told.
  package init?(_ text: String) {
    let parts = text.split(separator: ":")
    guard let word = parts.first, let last = parts.last, parts.count == 3,
      let milliseconds = Int64(last), milliseconds >= 0,
      ["tells", "silent"].contains(word), ["primary", "standby"].contains(parts[1])
    else { return nil }
    self.init(tells: word == "tells", isPrimary: parts[1] == "primary", lease: .milliseconds(milliseconds))
  }

  package var description: String {
    "\(tells ? "tells" : "silent"):\(isPrimary ? "primary" : "standby"):\(Int64(lease / .milliseconds(1)))"
  }
}
