/// A page in the macros of man(7), line by line.
struct Roff {
  private(set) var lines: [String] = []

  /// A macro with its arguments.
  mutating func macro(_ name: String, _ arguments: [String] = []) {
    lines.append(([".\(name)"] + arguments.map { "\"\(Roff.escaped($0))\"" }).joined(separator: " "))
  }

  mutating func section(_ title: String) { macro("SH", [title]) }

  /// Running text.
  mutating func text(_ text: String) { if !text.isEmpty { lines.append(Roff.line(text)) } }

  /// Running text in paragraphs, which an empty line separates.
  mutating func paragraphs(_ text: String) {
    for (index, paragraph) in text.split(separator: "\n\n").enumerated() {
      if index > 0 { macro("PP") }
      for line in paragraph.split(separator: "\n") { self.text(String(line)) }
    }
  }

  /// A paragraph that hangs under a bold word and what belongs to it.
  mutating func tagged(_ word: String, _ rest: String) {
    macro("TP")
    lines.append("\\fB\(Roff.escaped(word))\\fR" + (rest.isEmpty ? "" : " " + Roff.escaped(rest)))
  }

  /// Lines as they are.
  mutating func literal(_ text: [String]) {
    macro("PP")
    macro("RS", ["4"])
    macro("nf")
    for line in text { lines.append(Roff.line(line)) }
    macro("fi")
    macro("RE")
  }

  /// Text that means itself: what troff would take for a command, for a sign of its own or for typography (groff_char(7)).
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "\"": result += "\\(dq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "\u{2014}": result += "\\-"
      default: result += scalar.isASCII ? String(scalar) : "\\[u\(Roff.hexadecimal(scalar.value))]"
      }
    }
    return result
  }

  /// At the beginning of a line a dot and an apostrophe are commands.
  static func line(_ text: String) -> String {
    let line = escaped(text)
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + line : line
  }

  /// At least four digits.
  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
