/// What the parts of semi-synchronous replication are called: MySQL has sources and replicas since 8.0.26 with its newer
/// plugins, and masters and slaves with the older ones, which may be loaded still; MariaDB has only these.
public struct SemiSyncNames: Sendable, Equatable {
  /// `source` or `master`.
  private let source: String
  /// `replica` or `slave`.
  private let replica: String
  private let isMariaDB: Bool

  /// From the names of the variables that the server has; nil without both sides.
  public init?(variables: some Sequence<String>, isMariaDB: Bool) {
    let names = Set(variables)
    if names.isSuperset(of: ["rpl_semi_sync_source_enabled", "rpl_semi_sync_replica_enabled"]) {
      (source, replica) = ("source", "replica")
    } else if names.isSuperset(of: ["rpl_semi_sync_master_enabled", "rpl_semi_sync_slave_enabled"]) {
      (source, replica) = ("master", "slave")
    } else {
      return nil
    }
    self.isMariaDB = isMariaDB
  }

  /// The switch of the source's side.
  public var sourceSwitch: String { "rpl_semi_sync_\(source)_enabled" }
  /// The switch of the replica's side; it holds from the receiver's next start on.
  public var replicaSwitch: String { "rpl_semi_sync_\(replica)_enabled" }
  /// How long a commit waits before it is acknowledged all the same, in milliseconds.
  public var timeout: String { "rpl_semi_sync_\(source)_timeout" }
  /// How many acknowledgements a commit waits for; nil where that is always one (MariaDB).
  public var count: String? { isMariaDB ? nil : "rpl_semi_sync_\(source)_wait_for_\(replica)_count" }

  /// The settings by which a commit waits for `count` acknowledgements, for as long as it takes: 50 days, as long as there are
  /// numbers for (MySQL manual, "rpl_semi_sync_source_timeout").
  public func settings(count number: Int) -> [(name: String, value: String)] {
    var settings = [
      (timeout, "4294967295"), ("rpl_semi_sync_\(source)_wait_point", "AFTER_SYNC"),
      ("rpl_semi_sync_\(source)_wait_no_\(replica)", "ON"),
    ]
    if let count { settings.append((count, String(number))) }
    return settings
  }
}
