internal import CPosix
internal import Glibc

/// Runs `body` with the effective user, group and groups of `user`, and gives back the former ones afterwards, also
/// when `body` throws. Just runs `body` if this process acts as `user` already.
///
/// Only for processes with a single thread: the ids belong to the whole process. If the former ids cannot be had
/// back, the process ends: going on with the wrong ones would be worse.
/// - Parameter cannotSwitch: makes the error to throw when this process may not become `user`; `body` has not run.
public func acting<R: ~Copyable, E: Error>(
  as user: User, cannotSwitch: (HostError) -> E, _ body: () throws(E) -> R
) throws(E) -> R {
  if geteuid() == user.uid { return try body() }
  let before = Identity.current
  let code = cposix_act_as(user.uid, user.gid, user.groups, user.groups.count)
  guard code == 0 else {
    before.restore()
    throw cannotSwitch(HostError("user \(user.name)", "cannot act as this user", errno: code))
  }
  defer { before.restore() }
  return try body()
}

/// `acting(as:cannotSwitch:_:)` for a body that throws HostError itself.
public func acting<R: ~Copyable>(as user: User, _ body: () throws(HostError) -> R) throws(HostError) -> R {
  try acting(as: user, cannotSwitch: { $0 }, body)
}

private struct Identity {
  let uid: uid_t
  let gid: gid_t
  let groups: [gid_t]

  static var current: Identity {
    let count = max(0, getgroups(0, nil))
    var groups = [gid_t](repeating: 0, count: Int(count))
    let filled = getgroups(count, &groups)
    return Identity(uid: geteuid(), gid: getegid(), groups: Array(groups.prefix(Int(max(0, filled)))))
  }

  func restore() {
    if self == Identity.current { return }
    let code = cposix_act_as_before(uid, gid, groups, groups.count)
    guard code == 0 else {
      let text = "martlet: cannot become user id \(uid) again (\(systemText(code))); ending\n"
      _ = Descriptor(STDERR_FILENO).writeAll(Array(text.utf8))
      _exit(1)
    }
  }
}

extension Identity: Equatable {}
