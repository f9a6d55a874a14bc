/// Rows of text under headings, for a terminal or for the manual.
struct Table {
  /// Above the columns.
  let headings: [String]
  /// As many cells each as there are headings.
  let rows: [[String]]

  /// A table in Markdown: a bar in a cell would end it.
  var markdown: String {
    let lines =
      [line(headings), line(headings.map { _ in "---" })]
      + rows.map { line($0.map { $0.replacing("|", with: "\\|") }) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  /// A paragraph a row: the first cell, and under it the others, wrapped at 80 columns.
  var plain: String {
    rows.map { row in
      ([row.first ?? ""] + row.dropFirst().filter { !$0.isEmpty }.map { Table.wrapped($0) }).joined(
        separator: "\n")
    }.joined(separator: "\n\n") + "\n"
  }

  /// Lines of up to 80 columns, four of which are empty; a longer word has a line of its own.
  static func wrapped(_ text: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > 76 {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return (lines + [line]).map { "    " + $0 }.joined(separator: "\n")
  }
}
