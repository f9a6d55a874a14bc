import Host

/// The files in Samples: what real servers wrote.
enum Samples {
  static func text(_ name: String, beside source: String = #filePath) throws -> String {
    let directory = source.split(separator: "/").dropLast().joined(separator: "/")
    return try Files.readText("/\(directory)/Samples/\(name)")
  }

  /// A row as a client prints it with -E; NULL is absent. A value goes on in a line without a name.
  static func row(_ name: String) throws -> [String: String] {
    var row: [String: String] = [:]
    var last = ""
    for line in try text(name).split(separator: "\n") {
      let line = line.drop { $0 == " " }
      if let colon = line.firstIndex(of: ":"), line[..<colon].allSatisfy({ $0.isLetter || $0 == "_" }) {
        last = String(line[..<colon])
        row[last] = String(line[line.index(after: colon)...].drop { $0 == " " })
      } else {
        row[last]? += "\n" + line
      }
    }
    return row.filter { $0.value != "NULL" }
  }
}
