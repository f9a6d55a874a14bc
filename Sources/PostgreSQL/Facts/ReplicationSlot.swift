/// A physical replication slot of the agent's own, as a server tells of it. Slots of other people are never among them.
public struct ReplicationSlot: Sendable, Equatable {
  /// What the names of the agent's slots begin with.
  public static let prefix = "martlet_"

  /// Its name in the server.
  public var name: String
  /// Somebody streams by it.
  public var isActive: Bool
  /// From where on WAL is kept for it; nil when none is.
  public var restart: LSN?
  /// `reserved`, `extended`, `unreserved`, `lost`; nil when nothing is kept.
  public var status: String?

  /// A slot.
  public init(name: String, isActive: Bool = false, restart: LSN? = nil, status: String? = nil) {
    self.name = name
    self.isActive = isActive
    self.restart = restart
    self.status = status
  }

  /// The slots in a column of the server's answer: `NAME ACTIVE RESTART STATUS`, separated by commas; a dash is nothing.
  public static func list(_ text: String) -> [ReplicationSlot] {
    text.split(separator: ",").compactMap { entry in
      var words = entry.split(separator: " ").makeIterator()
      guard let name = words.next(), name.hasPrefix(prefix), let active = words.next() else { return nil }
      let restart = words.next()
      let status = words.next()
      return ReplicationSlot(
        name: String(name), isActive: active == "t", restart: restart.flatMap { LSN($0) },
        status: status.flatMap { $0 == "-" ? nil : String($0) })
    }
  }

  /// The name of a node's slot. Small letters and digits stay, every other byte becomes `_` and two hexadecimal digits, so
  /// that two nodes never share one (slot.c, ReplicationSlotValidateName: a-z, 0-9 and _, less than 64 bytes).
  public static func name(of node: String) -> String {
    var text = prefix
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in node.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      let isPlain = (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
      text += isPlain ? String(UnicodeScalar(byte)) : "_" + hex(UInt64(byte), digits: 2)
    }
    // "_h" is no byte, so a shortened name is never another node's whole one.
    return text.utf8.count < 64 ? text : text.prefix(45) + "_h" + hex(hash, digits: 16)
  }

  private static func hex(_ value: UInt64, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
