internal import OCF

extension Manual {
  /// One of the command's subcommands, as its own help shows it.
  public struct Subcommand: Sendable {
    /// Its word.
    public var name: String
    /// One sentence.
    public var abstract: String
    /// More, in paragraphs.
    public var discussion: String
    /// How it is called, in one line.
    public var usage: String
    /// Arguments and options: what is typed, and what it means.
    public var options: [(String, String)]

    /// A subcommand.
    public init(
      name: String, abstract: String, discussion: String, usage: String, options: [(String, String)]
    ) {
      self.name = name
      self.abstract = abstract
      self.discussion = discussion
      self.usage = usage
      self.options = options
    }
  }

  /// martlet(1), in the macros of man(7).
  public static func page(_ abstract: String, _ discussion: String, _ subcommands: [Subcommand]) -> String {
    var page = Roff()
    page.macro("TH", ["MARTLET", "1", "", "Martlet \(martletVersion)", "Martlet"])
    page.section("NAME")
    page.text(
      "martlet \u{2014} \(abstract.prefix(1).lowercased())\(abstract.dropFirst().filter { $0 != "." })")
    page.section("SYNOPSIS")
    page.literal(subcommands.map(\.usage))
    page.section("DESCRIPTION")
    page.paragraphs(discussion)
    page.section("COMMANDS")
    for subcommand in subcommands {
      page.macro("SS", [subcommand.name])
      page.text(subcommand.abstract)
      if !subcommand.discussion.isEmpty {
        page.macro("PP")
        page.paragraphs(subcommand.discussion)
      }
      for (typed, meaning) in subcommand.options {
        page.tagged(typed, "")
        page.text(meaning)
      }
    }
    page.section("SEE ALSO")
    page.text("ocf_martlet_postgresql(7), ocf_martlet_mysql(7), crm_mon(8), crm_simulate(8)")
    return page.lines.joined(separator: "\n") + "\n"
  }
}
