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
    for line in lines(of: accounts) {
      let fields = fields(of: line)
      guard fields.count == 7, let uid = UInt32(Substring(fields[2])), matches(Substring(fields[0]), uid)
      else {
        continue
      }
      let name = String(Substring(fields[0]))
      guard let gid = UInt32(Substring(fields[3])), !name.isEmpty else { return nil }
      return User(
        name: name, uid: uid, gid: gid, groups: groups(of: name, primary: gid),
        home: String(Substring(fields[5])))
    }
    return nil
  }

  private func groups(of name: String, primary: UInt32) -> [UInt32] {
    var found = [primary]
    for line in lines(of: groups) where line.last != UInt8(ascii: ":") {
      let fields = fields(of: line)
      guard fields.count == 4, let gid = UInt32(Substring(fields[2])), gid != primary,
        fields[3].split(separator: UInt8(ascii: ",")).contains(where: { $0.elementsEqual(name.utf8) })
      else { continue }
      found.append(gid)
    }
    return found
  }

  // By bytes: by characters, this would be a tenth of what a monitor costs.
  private func lines(of text: String) -> [Substring.UTF8View] {
    text.utf8.split(separator: UInt8(ascii: "\n"))
  }

  private func fields(of line: Substring.UTF8View) -> [Substring.UTF8View] {
    line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
  }
}
