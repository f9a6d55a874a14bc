package import Host

/// How far a rejoin has got, kept where it survives a restart of the node: a data directory that is half changed must not
/// be started, whoever looks at it next.
package struct RejoinState: Equatable {
  /// What has happened to the data directory.
  package enum Phase: String {
    /// Nothing.
    case untouched
    /// The server was stopped; the data is as it was.
    case down
    /// It is being rewound, or filled: no server may be started on it.
    case halfDone = "half-done"
    /// A whole copy takes its place.
    case exchanging
    /// It is whole; the server has to be started and to stream.
    case whole
  }

  /// See `Phase`.
  package var phase: Phase = .untouched
  /// What is being done, for people.
  package var step = ""
  /// How much of it is done.
  package var percent: Int?
  /// How often it was begun and did not succeed.
  package var attempts = 0
  /// When the last attempt failed, in seconds since the epoch; nil if it did not say so.
  package var failedAt: Int64?
  /// Why it failed.
  package var failure = ""
  /// It would fail again.
  package var isHopeless = false
  /// Where what is abandoned is kept.
  package var kept: String?
  /// Why a rewind is not tried again.
  package var rewindFailure: String?

  /// Nothing has begun.
  package init() {}

  /// For people: `pg_rewind 42 %`.
  package var progress: String { percent.map { "\(step) \($0) %" } ?? step }

  init(fields: [String: String]) {
    // A word that is not known comes from a newer version: what it did cannot be judged.
    phase = fields["phase"].map { Phase(rawValue: $0) ?? .halfDone } ?? .untouched
    step = fields["step"] ?? ""
    percent = fields["percent"].flatMap { Int($0) }
    attempts = fields["attempts"].flatMap { Int($0) } ?? 0
    failedAt = fields["failed-at"].flatMap { Int64($0) }
    failure = fields["failure"] ?? ""
    isHopeless = fields["hopeless"] == "1"
    kept = fields["kept"]
    rewindFailure = fields["rewind-failure"]
  }

  var fields: [String: String] {
    var fields = ["phase": phase.rawValue, "step": step, "attempts": String(attempts), "failure": failure]
    fields["percent"] = percent.map(String.init)
    fields["failed-at"] = failedAt.map { String($0) }
    fields["hopeless"] = isHopeless ? "1" : nil
    fields["kept"] = kept
    fields["rewind-failure"] = rewindFailure
    return fields
  }
}

/// The file that holds a `RejoinState`: `/var/lib/martlet/RESOURCE/rejoin`.
package struct RejoinStateFile {
  private let directory: StateDirectory

  /// Of the instance whose directory this is.
  package init(_ directory: StateDirectory) { self.directory = directory }

  /// The file.
  package var path: String { directory.file("rejoin") }

  /// What was kept; nil when there is nothing to come back from.
  package var state: RejoinState? {
    guard Files.exists(path) else { return nil }
    // A file that cannot be read may have said that the data is half changed.
    guard let text = try? Files.readText(path) else { return RejoinState(fields: ["phase": "unreadable"]) }
    return RejoinState(fields: parseFields(text))
  }

  /// Keeps it; on the disk afterwards.
  package func save(_ state: RejoinState) throws(HostError) {
    try directory.create()
    try Files.writeAtomically(formatFields(state.fields), to: path)
  }

  /// Nothing is left of it.
  package func clear() throws(HostError) { try Files.remove(path) }
}

/// `NAME=VALUE` lines.
func parseFields(_ text: String) -> [String: String] {
  var fields: [String: String] = [:]
  for line in text.split(separator: "\n") {
    guard let equals = line.firstIndex(of: "=") else { continue }
    fields[String(line[..<equals])] = String(line[line.index(after: equals)...])
  }
  return fields
}

/// In the order of the names; a line end in a value becomes a space.
func formatFields(_ fields: [String: String]) -> String {
  fields.sorted { $0.key < $1.key }.map { name, value in
    "\(name)=" + String(value.map { $0.isNewline ? " " : $0 }) + "\n"
  }.joined()
}
