package import Host

/// What happened to an instance on this node, for whoever asks later: `/var/lib/martlet/RESOURCE/history`, to which lines
/// are only ever added.
package struct History {
  private let directory: StateDirectory

  /// The history of the instance whose directory this is.
  package init(_ directory: StateDirectory) { self.directory = directory }

  /// The file.
  package var path: String { directory.file("history") }

  /// Adds `TIME WORD TEXT`, one line, and it is on the disk afterwards.
  /// - Parameters:
  ///   - word: the kind of event, for grep.
  ///   - text: for people; line ends and other control characters become spaces.
  package func note(_ word: String, _ text: String, at seconds: Int64 = secondsSinceEpoch()) throws(HostError)
  {
    try directory.create()
    let line = "\(timeText(seconds, .iso)) \(word) \(text)".map { character -> Character in
      let isControl = character.asciiValue.map { $0 < 0x20 || $0 == 0x7f } ?? false
      return isControl || character.isNewline ? " " : character
    }
    try Files.append(String(line) + "\n", to: path)
  }
}
