internal import Host
internal import OCF
internal import PostgreSQLFacts
internal import Replication
internal import ReplicationActions

/// The only settings of the server that the agent owns, and the file that makes it a standby.
struct ServerSettings {
  let instance: Instance

  private var file: String { instance.path("postgresql.auto.conf") }

  /// Writes `primary_conninfo` while the server is down, as pg_basebackup --write-recovery-conf does: into
  /// postgresql.auto.conf, every other line of which stays as it is.
  func write(primaryConnection: String, slot: String) throws(HostError) {
    try instance.reading { () throws(HostError) in
      let text = Files.exists(file) ? try Files.readText(file, limit: 1 << 24) : ""
      var changed = ServerSettings.replacing(in: text, primaryConnection: primaryConnection, slot: slot)
      // What this node promised as a primary holds no longer.
      if instance.durability.policy != .async {
        changed =
          ServerSettings.removing(["synchronous_standby_names"], from: changed).joined(separator: "\n") + "\n"
      }
      if changed != text { try Files.writeAtomically(changed, to: file) }
    }
  }

  /// Sets `primary_conninfo` on a running server, which re-reads it without a restart (PostgreSQL 13 and later).
  func set(
    primaryConnection: String, slot: String, on connection: borrowing Connection, until deadline: Deadline
  )
    throws(ConnectionError)
  {
    for (name, value) in ServerSettings.owned(primaryConnection, slot) {
      try ServerSettings.alter(name, value, on: connection, until: deadline)
    }
    _ = try connection.query("SELECT pg_reload_conf()", until: deadline)
  }

  /// Changes one setting in postgresql.auto.conf; the server goes by it when it reads its configuration again.
  static func alter(
    _ name: String, _ value: String, on connection: borrowing Connection, until deadline: Deadline
  ) throws(ConnectionError) {
    _ = try connection.query("ALTER SYSTEM SET \(name) = E\(literal(value))", until: deadline)
  }

  /// Makes sure that the server starts as a standby.
  func createStandbySignal() throws(HostError) {
    let path = instance.path("standby.signal")
    try instance.reading { () throws(HostError) in
      if !Files.exists(path) { try Files.create(path) }
    }
  }

  /// A slot named by hand would not exist on the next primary, and stop replication there: the agent owns both.
  private static func owned(_ primaryConnection: String, _ slot: String) -> [(String, String)] {
    [("primary_conninfo", primaryConnection), ("primary_slot_name", slot)]
  }

  static func replacing(in text: String, primaryConnection: String, slot: String = "") -> String {
    let settings = owned(primaryConnection, slot)
    let lines = removing(settings.map(\.0), from: text) + settings.map { "\($0.0) = \(literal($0.1))" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The lines of a configuration file without those that set one of `names`.
  private static func removing(_ names: [String], from text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    lines.removeAll { line in
      names.contains(line.drop { $0 == " " || $0 == "\t" }.prefix { $0.isLetter || $0 == "_" }.lowercased())
    }
    return lines
  }

  /// A quoted value that means the same to a configuration file (PostgreSQL, `guc-file.l`, GUC_scanstr) and, after an
  /// E, to SQL whatever standard_conforming_strings is.
  private static func literal(_ value: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in value.unicodeScalars {
      if scalar == "'" || scalar == "\\" { text.append(scalar) }
      text.append(scalar)
    }
    return "'\(String(text))'"
  }
}
