/// A node's request for a copy of a MariaDB primary's data: a statement that it lets the primary run, again and again, while it waits.
/// So only who has the replication account can ask, and only who may see all sessions can read what is asked.
public struct CopyRequest: Sendable, Equatable {
  /// The node that asks. It is sent to no other address than the one that the cluster knows of it.
  public let node: String
  /// The port on which the node waits for the copy.
  public let port: Int
  /// What the sender has to say first.
  public let secret: String

  /// A new request.
  public init(node: String, port: Int) {
    self.node = node
    self.port = port
    var secret = ""
    for _ in 0..<2 {
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      secret += String(repeating: "0", count: 16 - digits.count) + digits
    }
    self.secret = secret
  }

  /// Reads what `statement` writes; nil for any other.
  public init?(_ statement: some StringProtocol) {
    let (head, tail) = (Self.head, "`")
    guard statement.hasPrefix(head), statement.hasSuffix(tail), statement.utf8.count > head.utf8.count
    else { return nil }
    let words = statement.dropFirst(head.count).dropLast().split(separator: " ")
    guard words.count == 3, let port = Int(words[0]), (1...65_535).contains(port), words[1].utf8.count == 32,
      words[1].allSatisfy(\.isHexDigit)
    else { return nil }
    node = String(words[2])
    self.port = port
    secret = String(words[1])
  }

  /// The statement. It takes two seconds: a server does not notice before that the one who asked is gone.
  public var statement: String { "\(Self.head)\(port) \(secret) \(node)`" }

  private static let head = "SELECT SLEEP(2) AS `martlet-copy "

  /// Finds requests on the primary.
  public static let search =
    "SELECT user, info FROM information_schema.processlist WHERE info LIKE \(literal(head + "%"))"

  /// The first line that the sender says, before the copy itself.
  /// - Parameter bytes: how much it is, about.
  public func greeting(bytes: UInt64) -> String { "martlet-copy \(secret) \(bytes)\n" }

  /// Reads that line, without its end; nil if it does not answer this request.
  public func bytes(greeting line: String) -> UInt64? {
    let words = line.split(separator: " ")
    guard words.count == 3, words[0] == "martlet-copy", words[1] == secret else { return nil }
    return UInt64(words[2])
  }
}
