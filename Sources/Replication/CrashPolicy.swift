/// What follows when a primary's server crashes.
public enum CrashPolicy: String, Sendable, CaseIterable {
  /// Another node is promoted.
  case failover
  /// The server is restarted, and promoted again, where it is.
  case recover
}
