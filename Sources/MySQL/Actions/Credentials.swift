internal import Glibc
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

  /// Root's or the system user's, and nobody else may look into it. Root reads it only where nobody but root can put something
  /// else in its place: elsewhere a link would make it read any option file for him who made the link.
  private static func read(_ path: String, _ instance: Instance) throws(OCFError) -> String {
    let file: Files.Private
    do throws(HostError) {
      if Files.isRootsAlone(path) {
        file = try Files.readPrivate(path, limit: 1 << 16)
      } else {
        file = try instance.reading { () throws(HostError) in try Files.readPrivate(path, limit: 1 << 16) }
      }
    } catch {
      if error.errno == ENOENT {
        throw OCFError(
          .notInstalled,
          "credentials_file \(path): does not exist on this node; needs an option file with group [replication]"
        )
      }
      let needs =
        error.errno == EACCES
        ? "; needs to be system_user's, or in a directory where only root can write" : ""
      throw OCFError(.insufficientPrivileges, "credentials_file \(error.reason)\(needs)")
    }
    let status = file.status
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
    return file.text
  }
}
