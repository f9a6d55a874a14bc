internal import Glibc

/// An account of this machine, with every group it belongs to. A local account has the groups that /etc/group says.
public struct User: Sendable, Equatable {
  /// The login name.
  public let name: String
  /// The numeric user id.
  public let uid: UInt32
  /// The primary group.
  public let gid: UInt32
  /// All groups, the primary one among them.
  public let groups: [UInt32]
  /// The home directory.
  public let home: String

  /// The account called `name`.
  public static func named(_ name: String) throws(HostError) -> User {
    if let user = LocalAccounts.ofThisMachine?.user(where: { found, _ in found == name[...] }) { return user }
    return try look(up: "user \(name)") { entry, buffer, size, found in
      getpwnam_r(name, entry, buffer, size, found)
    }
  }

  /// The account with this id.
  public static func with(uid: UInt32) throws(HostError) -> User {
    if let user = LocalAccounts.ofThisMachine?.user(where: { _, found in found == uid }) { return user }
    return try look(up: "user id \(uid)") { entry, buffer, size, found in
      getpwuid_r(uid, entry, buffer, size, found)
    }
  }

  /// The account this process acts as (its effective id).
  public static var current: User {
    get throws(HostError) { try with(uid: geteuid()) }
  }

  /// The account that owns what `path` leads to.
  public static func owning(_ path: String) throws(HostError) -> User {
    try with(uid: Files.owner(of: path))
  }

  private typealias Lookup = (
    UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
    UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
  ) -> Int32

  private static func look(up object: String, _ call: Lookup) throws(HostError) -> User {
    var size = 1024
    while true {
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
      defer { buffer.deallocate() }
      let code = call(&entry, buffer, size, &found)
      // An account with a long line asks for a longer buffer; a megabyte of it is a broken name service.
      if code == ERANGE, size < 1 << 20 {
        size *= 2
        continue
      }
      if code == EINTR { continue }
      guard code == 0 else { throw HostError(object, "cannot be looked up", errno: code) }
      guard found != nil, let name = entry.pw_name, let home = entry.pw_dir else {
        throw HostError(reason: "\(object): does not exist on this machine", errno: ENOENT)
      }
      return User(
        name: String(cString: name), uid: entry.pw_uid, gid: entry.pw_gid,
        groups: groups(of: name, primary: entry.pw_gid), home: String(cString: home))
    }
  }

  private static func groups(of name: UnsafePointer<CChar>, primary: gid_t) -> [UInt32] {
    var capacity = 32
    while true {
      var groups = [gid_t](repeating: 0, count: capacity)
      var count = Int32(capacity)
      if getgrouplist(name, primary, &groups, &count) >= 0 {
        return Array(groups.prefix(Int(count)))
      }
      capacity = max(Int(count), capacity * 2)
    }
  }
}
