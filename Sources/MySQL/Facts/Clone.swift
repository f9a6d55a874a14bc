extension Dialect {
  /// What the server must know of a donor before it clones it: where, and what its certificate must be signed by (MySQL manual,
  /// "Cloning Remote Data").
  public func prepareClone(from donor: SourceSettings) -> [String] {
    var statements = ["SET GLOBAL clone_valid_donor_list = \(literal("\(donor.host):\(donor.port)"))"]
    for (name, value) in [("ca", donor.ca), ("cert", donor.certificate), ("key", donor.key)] {
      statements.append("SET GLOBAL clone_ssl_\(name) = \(value.map(literal) ?? "NULL")")
    }
    return statements
  }

  /// Copies a donor's data to a directory that is not there yet; the server goes on with its own. It ends when the copy is whole.
  /// Logs hide the password.
  public func clone(from donor: SourceSettings, to directory: String) -> String {
    "CLONE INSTANCE FROM \(literal(donor.user))@\(literal(donor.host)):\(donor.port) IDENTIFIED BY \(literal(donor.password))"
      + " DATA DIRECTORY = \(literal(directory))" + (donor.wantsTLS ? " REQUIRE SSL" : "")
  }

  /// Whether the server can clone, and where what it writes is.
  public static func cloneMeans(_ version: ServerVersion) -> String {
    """
    SELECT (SELECT plugin_status FROM information_schema.plugins WHERE plugin_name = 'clone') AS plugin, \
    @@datadir AS datadir, @@log_bin_basename AS binary_log, @@relay_log_basename AS relay_log, \
    @@innodb_data_home_dir AS innodb_data, @@innodb_undo_directory AS innodb_undo, \
    @@innodb_log_group_home_dir AS innodb_log
    """
  }

  /// The head of a binary log: the event `Previous_gtids` tells what was executed before it.
  public static func head(ofBinaryLog name: String) -> String {
    "SHOW BINLOG EVENTS IN \(literal(name)) LIMIT 3"
  }
}

/// Why the server's data cannot be replaced by a copy of another's, from the row of `Dialect.cloneMeans`; nil if it can.
public func cloneObstacle(_ row: [String: String], _ version: ServerVersion) -> String? {
  if version.family == .mysql {
    guard version.isMySQL(8, 0, 17) else { return "\(version) has no CLONE; needs a copy by hand" }
    guard row["plugin"] == "ACTIVE" else {
      return "the clone plugin is not active; needs plugin_load_add = mysql_clone.so on every node"
    }
  }
  let datadir = row["datadir"] ?? ""
  for name in ["binary_log", "relay_log", "innodb_data", "innodb_undo", "innodb_log"] {
    guard let path = row[name], path.hasPrefix("/"), !datadir.isEmpty, !path.hasPrefix(datadir) else {
      continue
    }
    return "\(path) is outside \(datadir), and a copy has nothing there; needs a copy by hand"
  }
  return nil
}
