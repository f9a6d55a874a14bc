package import Host

/// Whom an agent becomes for everything that touches a data directory: never root.
package struct InstanceUser {
  /// Nil when the data directory is not here and no user is named.
  package let user: User?
  /// Why `user` is nil, or is not the one that was named.
  package let problem: String?
  /// What mends it.
  package let need: String

  /// The user called `name`, else the owner of `directory`.
  package init(named name: String?, owning directory: String, product: String) {
    var found: User?
    var problem: String?
    var need = "a user of this node"
    do throws(HostError) {
      if let name { found = try User.named(name) }
    } catch {
      problem = error.reason
    }
    do throws(HostError) {
      // Whatever the operator wrote, stop must be able to end what runs.
      if found == nil { found = try User.owning(directory) }
    } catch {
      problem = problem ?? error.reason
    }
    // The directory above the data usually is the database user's: he may put anything of root's in its place. What he can
    // name must never be read or run as root.
    if found?.uid == 0 {
      found = nil
      problem = "root cannot run \(product)"
      if name == nil {
        problem = "\(directory) belongs to root, who cannot run \(product)"
        need = "the database's user as its owner: chown -R USER: \(directory)"
      }
    }
    user = found
    self.problem = problem
    self.need = need
  }

  /// Reads what another user can write, as that user: a symbolic link must not make root read for him.
  package func reading<R>(_ body: () throws(HostError) -> R) throws(HostError) -> R {
    guard let user else { throw HostError(reason: problem ?? "no user to become") }
    return try acting(as: user, body)
  }
}
