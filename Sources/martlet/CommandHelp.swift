internal import ArgumentParser
internal import Manual

/// What the command's own help says, taken apart for its manual page.
enum CommandHelp {
  /// martlet(1).
  static var page: String {
    let configuration = Martlet.configuration
    return Manual.page(
      configuration.abstract, configuration.discussion,
      configuration.subcommands.map {
        subcommand(Martlet.helpMessage(for: $0, columns: 10_000), $0.configuration)
      })
  }

  /// The help has a line `USAGE: ...`, and below `ARGUMENTS:` and `OPTIONS:` a line for each, two spaces in, with its meaning
  /// behind more spaces.
  private static func subcommand(_ help: String, _ configuration: CommandConfiguration) -> Manual.Subcommand {
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let usage = lines.first { $0.hasPrefix("USAGE: ") }.map { String($0.dropFirst("USAGE: ".count)) } ?? ""
    var options: [(String, String)] = []
    for line in lines.drop(while: { $0 != "ARGUMENTS:" && $0 != "OPTIONS:" }) where line.hasPrefix("  ") {
      let text = line.drop { $0 == " " }
      guard let gap = text.firstRange(of: "  ") else {
        options.append((String(text), ""))
        continue
      }
      let meaning = String(text[gap.upperBound...].drop { $0 == " " })
      if line.hasPrefix("   ") {
        options[max(0, options.count - 1)].1 += meaning
      } else {
        options.append((String(text[..<gap.lowerBound]), meaning))
      }
    }
    options.removeAll { $0.0 == "--version" || $0.0.hasSuffix("--help") }
    return Manual.Subcommand(
      name: configuration.commandName ?? "", abstract: configuration.abstract,
      discussion: configuration.discussion, usage: usage,
      options: options)
  }
}
