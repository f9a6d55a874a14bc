/// One transaction of MariaDB: the domain it was written in, the server that wrote it first, and its number in the
/// domain (MariaDB documentation, "Global Transaction ID").
public struct MariaDBGTID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The domain: a stream of transactions with an order of its own.
  public let domain: UInt32
  /// The `server_id` of the server that wrote it first.
  public let server: UInt32
  /// The number, which grows by one with every transaction in the domain, whoever writes it.
  public let sequence: UInt64

  /// A transaction.
  public init(domain: UInt32, server: UInt32, sequence: UInt64) {
    self.domain = domain
    self.server = server
    self.sequence = sequence
  }

  /// Reads `0-1-100`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    var scanner = ByteScanner(text)
    guard let gtid = scanner.takeMariaDBGTID(), scanner.isAtEnd else { return nil }
    self = gtid
  }

  /// As MariaDB writes it.
  public var description: String { "\(domain)-\(server)-\(sequence)" }

  /// By domain, then by server, then by number.
  public static func < (left: MariaDBGTID, right: MariaDBGTID) -> Bool {
    (left.domain, left.server, left.sequence) < (right.domain, right.server, right.sequence)
  }
}

extension ByteScanner {
  /// Takes a GTID.
  mutating func takeMariaDBGTID() -> MariaDBGTID? {
    guard let domain = takeNumber().flatMap({ UInt32(exactly: $0) }), take(.hyphen),
      let server = takeNumber().flatMap({ UInt32(exactly: $0) }), take(.hyphen), let sequence = takeNumber()
    else { return nil }
    return MariaDBGTID(domain: domain, server: server, sequence: sequence)
  }
}
