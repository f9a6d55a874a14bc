public import MySQLFacts

/// A privilege that the agent's account needs for some statement of the agent's.
public struct NeededPrivilege: Sendable {
  /// Its name.
  public let name: String
  /// SUPER will do, too, as the servers' own errors say.
  public let isCoveredBySuper: Bool
}

/// What the agent's account needs, found by taking each away: without it, a statement of the agent's is refused.
/// - Parameter clones: a diverged node is brought back by a copy.
public func neededPrivileges(_ version: ServerVersion, usesAdminAddress: Bool, clones: Bool = false)
  -> [NeededPrivilege]
{
  func needed(_ names: [String], bySuper: Bool) -> [NeededPrivilege] {
    names.map { NeededPrivilege(name: $0, isCoveredBySuper: bySuper) }
  }
  if version.family == .mariadb {
    return needed(["PROCESS", "RELOAD", "SLAVE MONITOR"], bySuper: false)
      + needed(
        ["CONNECTION ADMIN", "REPLICATION MASTER ADMIN", "REPLICATION SLAVE ADMIN"],
        bySuper: true)
      // SUPER until 10.11.0 (MDEV-29596).
      + needed(["READ_ONLY ADMIN"], bySuper: version < ServerVersion(.mariadb, 10, 11, 0))
      // For mariadb-backup, and to look into the binary logs that are kept before.
      + needed(clones ? ["BINLOG MONITOR"] : [], bySuper: true)
  }
  return needed(["PROCESS", "RELOAD"], bySuper: false)
    + needed(
      ["REPLICATION CLIENT", "CONNECTION_ADMIN", "REPLICATION_SLAVE_ADMIN", "SYSTEM_VARIABLES_ADMIN"],
      bySuper: true)
    + needed(["XA_RECOVER_ADMIN"], bySuper: false)
    // So that it may end sessions of accounts that have it.
    + needed(version.isMySQL(8, 0, 16) ? ["SYSTEM_USER"] : [], bySuper: false)
    + needed(
      usesAdminAddress && version.isMySQL(8, 0, 14) ? ["SERVICE_CONNECTION_ADMIN"] : [], bySuper: false)
    // The last one to look into the binary logs that are kept before.
    + needed(clones ? ["BACKUP_ADMIN", "CLONE_ADMIN", "REPLICATION SLAVE"] : [], bySuper: false)
}

extension Grants {
  /// Those that are missing, in the order of `needed`.
  public func missing(of needed: [NeededPrivilege]) -> [String] {
    needed.filter { !has($0.name) && !($0.isCoveredBySuper && has("SUPER")) }.map(\.name)
  }
}
