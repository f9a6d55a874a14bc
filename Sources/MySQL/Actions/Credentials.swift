internal import Host
internal import MySQLFacts
internal import OCF

/// The passwords on this node, read anew by each action. A file that others may read or write is as good as none.
struct Credentials {
  private let file: OptionFile?
  /// Why there are none; nil if there are.
  let problem: OCFError?
  private let replicationUser: String?

  init(_ instance: Instance) {
    let path = instance.credentialsFile
    replicationUser = instance.values.text(Declarations.replicationUser)
    do throws(OCFError) {
      file = OptionFile(try Self.read(path, instance))
      problem = nil
    } catch {
      file = nil
      problem = error
    }
  }

  /// The local login, where the Unix socket's identity does not do.
  var client: Account? {
    guard let file, let user = file["client", "user"] else { return nil }
    return Account(user: user, password: file["client", "password"] ?? "")
  }

  /// The login for the peers.
  var replication: Account? {
    guard let file, let user = replicationUser ?? file["replication", "user"] else { return nil }
    return Account(user: user, password: file["replication", "password"] ?? "")
  }

  /// Root's or the system user's, and nobody else may look into it. It is read as the system user where it is his, for he
  /// could put a link to another's in its place.
  private static func read(_ path: String, _ instance: Instance) throws(OCFError) -> String {
    guard let status = try? Files.status(of: path) else {
      throw OCFError(
        .notInstalled,
        "credentials_file \(path): does not exist on this node; needs an option file with group [replication]"
      )
    }
    if status.mode & 0o077 != 0 {
      throw OCFError(
        .insufficientPrivileges,
        "credentials_file \(path): may be read by others (mode \(String(status.mode & 0o777, radix: 8))); needs 0600"
      )
    }
    guard status.owner == 0 || status.owner == instance.user?.uid else {
      throw OCFError(
        .insufficientPrivileges,
        "credentials_file \(path): belongs to user id \(status.owner); needs root's or system_user's")
    }
    do throws(HostError) {
      if status.owner == 0 { return try Files.readText(path, limit: 1 << 16) }
      return try instance.reading { () throws(HostError) in try Files.readText(path, limit: 1 << 16) }
    } catch {
      throw OCFError(.insufficientPrivileges, "credentials_file \(error.reason)")
    }
  }
}
