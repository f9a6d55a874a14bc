/// How words are set off on a terminal.
public struct Style: Sendable {
  /// Colours are wanted.
  public var hasColour: Bool
  /// How many columns there are; nil for as many as needed.
  public var columns: Int?

  /// For a terminal of so many columns, or a pipe.
  public init(hasColour: Bool, columns: Int?) {
    self.hasColour = hasColour
    self.columns = columns
  }

  /// The text in the colour of a condition.
  func paint(_ text: String, _ condition: Condition) -> String {
    guard hasColour else { return text }
    let code =
      switch condition {
      case .well: "32"
      case .warning: "33"
      case .down: "31"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  /// Breaks a line at spaces; the parts after the first are indented.
  func wrapped(_ text: String, indent: String) -> [String] {
    guard let columns, columns > indent.count + 20, text.count > columns else { return [text] }
    var lines: [String] = []
    var line = String(text.prefix { $0 == " " })
    var hasWord = false
    for word in text.split(separator: " ") {
      if hasWord, line.count + 1 + word.count > columns {
        lines.append(line)
        line = indent + word
      } else {
        line += (hasWord ? " " : "") + word
      }
      hasWord = true
    }
    return lines + [line]
  }
}
