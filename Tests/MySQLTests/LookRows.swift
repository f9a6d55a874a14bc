import MySQLFacts

/// The rows of `Dialect.look`, as the servers gave them.
let mysqlLook = [
  "read_only": "1", "server_id": "2", "port": "13902", "log_bin": "1", "log_updates": "1",
  "super_read_only": "1", "offline": "0", "uuid": "33cb3492-e829-11f1-9705-02fc00000001", "gtid_mode": "ON",
  "executed": "26c0b933-e829-11f1-bd0a-02fc00000001:1-7,\n33cb3492-e829-11f1-9705-02fc00000001:1",
]
let mariadbLook = [
  "read_only": "1", "server_id": "2", "port": "13912", "log_bin": "1", "log_updates": "1",
  "binlog_state": "0-1-7,0-2-8", "slave_pos": "0-2-8", "current_pos": "0-2-8", "strict": "1",
  "semi_sync": "0",
]

/// The answer of a server that gave these rows, with changes.
func readAnswer(
  _ changes: [String: String] = [:], without column: String? = nil,
  of version: ServerVersion = ServerVersion(.mysql, 9, 7, 4),
  channels: [[String: String]] = [], prepared: [String] = []
) -> ServerAnswer? {
  var look = version.family == .mysql ? mysqlLook : mariadbLook
  for (name, value) in changes { look[name] = value }
  if let column { look[column] = nil }
  return ServerAnswer(version: version, look: look, channels: channels, prepared: prepared)
}
