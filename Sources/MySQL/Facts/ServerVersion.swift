/// What a server says it is when somebody connects.
public struct ServerVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Whose grammar it speaks.
  public enum Family: String, Sendable, CaseIterable {
    /// MySQL and Percona Server.
    case mysql = "MySQL"
    /// MariaDB.
    case mariadb = "MariaDB"
  }

  /// Whose grammar it speaks.
  public let family: Family
  /// The three numbers, the first counting most: 8.0.36 is 8_000_036.
  public let number: Int

  /// A version.
  public init(_ family: Family, _ major: Int, _ minor: Int, _ patch: Int) {
    self.family = family
    number = (major * 1000 + minor) * 1000 + patch
  }

  /// Reads the version of the handshake (`8.0.36`, `9.7.4-2`, `5.5.5-10.11.19-MariaDB-0+deb12u1`) or what a server's
  /// program prints for --version (`mysqld  Ver 9.7.4-2 for Linux on x86_64`); nil for anything else.
  public init?(_ text: some StringProtocol) {
    var words = String(text).split(separator: " ")[...]
    if let ver = words.firstIndex(of: "Ver") { words = words[(ver + 1)...] }
    guard var word = words.first else { return nil }
    // MariaDB says this first to clients that would take 10 for an old protocol (MariaDB, sql_acl.cc, handshake).
    if word.hasPrefix("5.5.5-"), word.contains("MariaDB") { word = word.dropFirst("5.5.5-".count) }
    let numbers = word.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
    guard numbers.count == 3, let major = numbers.first, let patch = numbers.last,
      numbers.allSatisfy({ $0 < 1000 })
    else { return nil }
    self.init(text.contains("MariaDB") ? .mariadb : .mysql, major, numbers[1], patch)
  }

  /// True for MySQL from this version on.
  public func isMySQL(_ major: Int, _ minor: Int, _ patch: Int = 0) -> Bool {
    family == .mysql && number >= (major * 1000 + minor) * 1000 + patch
  }

  /// `MySQL 8.0.36`.
  public var description: String {
    "\(family.rawValue) \(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
  }

  /// The oldest that the agent works with.
  public var isSupported: Bool { self >= ServerVersion.oldest(family) }

  /// The oldest of a family that the agent works with.
  public static func oldest(_ family: Family) -> ServerVersion {
    family == .mysql ? ServerVersion(.mysql, 8, 0, 0) : ServerVersion(.mariadb, 10, 6, 0)
  }

  /// Versions of different families compare by number, which means nothing.
  public static func < (left: ServerVersion, right: ServerVersion) -> Bool { left.number < right.number }
}
