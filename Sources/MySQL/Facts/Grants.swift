/// What an account may do to the server as a whole, as it reads for itself with SHOW GRANTS. Both families list there what it has
/// by roles that are active, too.
public struct Grants: Sendable, Equatable {
  /// The privileges' names, in capitals, in MariaDB's older words.
  private let names: Set<String>

  /// Reads the lines of SHOW GRANTS; only `ON *.*` counts.
  public init(_ lines: [String]) {
    var names: Set<String> = []
    for line in lines {
      guard line.hasPrefix("GRANT "), let end = line.firstRange(of: " ON *.* TO ") else { continue }
      let list = line[line.index(line.startIndex, offsetBy: "GRANT ".count)..<end.lowerBound]
      // A role's name, which may be anything, is in quotes.
      if list.contains(where: { "`'\"".contains($0) }) { continue }
      for name in list.split(separator: ",") {
        names.insert(Self.word(name.split(separator: " ").joined(separator: " ")))
      }
    }
    self.names = names
  }

  /// It has this privilege, by whatever name the server calls it.
  public func has(_ name: String) -> Bool {
    names.contains(Self.word(name)) || names.contains("ALL PRIVILEGES") || names.contains("ALL")
  }

  /// MariaDB calls some REPLICA or SLAVE, by version.
  private static func word(_ name: String) -> String {
    name.uppercased().split(separator: " ").map { $0 == "REPLICA" ? "SLAVE" : $0 }.joined(separator: " ")
  }
}
