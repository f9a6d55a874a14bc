/// How far a copy by mariadb-backup reaches.
public enum BackupPosition {
  /// Names of the file in which it is; from MariaDB 11.1 on the second.
  public static let files = ["xtrabackup_binlog_info", "mariadb_backup_binlog_info"]

  /// What mariadb-backup leaves in a copy, and a server has no use for.
  public static func isLeftover(_ name: String) -> Bool {
    name == "backup-my.cnf" || name.hasPrefix("xtrabackup_") || name.hasPrefix("mariadb_backup_")
  }

  /// Reads the file: the binary log's name, an offset, and the last transaction of each domain, with tabs between them. Nil for
  /// anything else; nothing for a primary that never wrote.
  public static func read(_ text: some StringProtocol) -> MariaDBHistory? {
    let fields = text.split(separator: "\t", omittingEmptySubsequences: false)
    guard fields.count >= 2 else { return nil }
    let list = fields.dropFirst(2).joined(separator: ",").filter { !$0.isWhitespace }
    return list.isEmpty ? MariaDBHistory() : MariaDBHistory(list)
  }

  /// Statements, one a line, by which a server that starts on the copy goes on from there: where it reached by replication is in
  /// `tables`, of which in each domain the row with the highest `sub_id` counts (MariaDB, sql/rpl_gtid.cc).
  /// - Parameter tables: `gtid_slave_pos`, and one for each other engine of `gtid_pos_auto_engines`.
  public static func statements(_ position: MariaDBHistory, tables: [String]) -> [String] {
    let all = tables.map { "SELECT sub_id FROM mysql.\(quoted($0))" }.joined(separator: " UNION ALL ")
    return position.heads.map { gtid in
      "INSERT INTO mysql.gtid_slave_pos SELECT \(gtid.domain), COALESCE(MAX(sub_id), 0) + 1, \(gtid.server), \(gtid.sequence) FROM (\(all)) AS every_row;"
    }
  }

  private static func quoted(_ name: String) -> String {
    "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
  }
}
