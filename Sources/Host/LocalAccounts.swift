/// The accounts in /etc/passwd and /etc/group, as texts.
///
/// A database's user is nearly always one of them. Asking the name services loads libraries and, for groups, asks every
/// service: an LDAP server that hangs would make a stop run out of time, and its node be fenced.
struct LocalAccounts {
  let accounts: String
  let groups: String

  /// Of this machine; nil when they cannot be read.
  static var ofThisMachine: LocalAccounts? {
    guard let accounts = try? Files.readText("/etc/passwd", limit: 1 << 24),
      let groups = try? Files.readText("/etc/group", limit: 1 << 24)
    else { return nil }
    return LocalAccounts(accounts: accounts, groups: groups)
  }

  /// The account whose line `matches`; nil when there is none, or another than passwd(5) describes.
  func user(where matches: (_ name: Substring, _ uid: UInt32) -> Bool) -> User? {
    for line in accounts.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count == 7, let uid = UInt32(fields[2]), matches(fields[0], uid) else { continue }
      guard let gid = UInt32(fields[3]), !fields[0].isEmpty else { return nil }
      return User(
        name: String(fields[0]), uid: uid, gid: gid, groups: groups(of: fields[0], primary: gid),
        home: String(fields[5]))
    }
    return nil
  }

  private func groups(of name: Substring, primary: UInt32) -> [UInt32] {
    var found = [primary]
    for line in groups.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count == 4, let gid = UInt32(fields[2]), gid != primary,
        fields[3].split(separator: ",").contains(name)
      else { continue }
      found.append(gid)
    }
    return found
  }
}
