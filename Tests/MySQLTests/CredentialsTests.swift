import Glibc
import Host
import MySQLFacts
import OCF
import TestSupport
import Testing

@testable import MySQLActions

private func credentials(_ parameters: [String: String]) -> Credentials {
  var environment: [String: String] = [:]
  for (name, value) in parameters { environment["OCF_RESKEY_" + name] = value }
  return Credentials(
    Instance(
      name: "db", values: ParameterValues(Declarations.all, environment: environment),
      kept: KeptConfiguration([:])))
}

private func problem(_ file: String, _ parameters: [String: String] = [:]) -> String? {
  let problem = credentials(["credentials_file": file].merging(parameters) { $1 }).problem
  return problem.map { "\($0.code.rawValue) \($0.reason)" }
}

/// A directory in which nobody but root can put anything.
private final class RootsDirectory: Sendable {
  let path: String

  init() throws {
    var template = Array("/run/martlet-test.XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { _ = try? Command("/bin/rm", ["-rf", path]).run(until: soon()) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

private let text = """
  [replication]
  user = replica
  password = "ge heim"
  [client]
  user=agent
  """

/// What becomes another user does so with the whole process: in a process of its own.
@Suite struct CredentialsTests {
  @Test func thereIsNone() {
    let file = "/nonexistent/mysql.cnf"
    #expect(
      problem(file)
        == "5 credentials_file \(file): does not exist on this node; needs an option file with group [replication]"
    )
    #expect(credentials(["credentials_file": file]).replication == nil)
    #expect(credentials(["credentials_file": file]).client == nil)
  }

  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func readsRootsFile() throws {
    let scratch = try RootsDirectory()
    let file = scratch.file("mysql.cnf")
    try Files.writeAtomically(text, to: file, mode: 0o600)
    let found = credentials(["credentials_file": file])
    #expect(found.problem == nil)
    #expect(found.replication?.user == "replica" && found.replication?.password == "ge heim")
    #expect(found.client?.user == "agent" && found.client?.password == "")
    let named = credentials(["credentials_file": file, "replication_user": "other"])
    #expect(named.replication?.user == "other" && named.replication?.password == "ge heim")
  }

  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func nothingIsSaidOfThePeers() throws {
    let scratch = try RootsDirectory()
    let file = scratch.file("mysql.cnf")
    try Files.writeAtomically("[mysql]\nuser=x\n", to: file, mode: 0o600)
    let found = credentials(["credentials_file": file])
    #expect(found.problem == nil && found.replication == nil && found.client == nil)
  }

  @Test(
    .enabled(if: isRoot, Comment(rawValue: rootOnly)),
    arguments: [
      (0o640, "640"), (0o610, "610"), (0o604, "604"), (0o601, "601"), (0o620, "620"), (0o777, "777"),
    ])
  func mayBeReadByOthers(mode: UInt32, words: String) throws {
    let scratch = try RootsDirectory()
    let file = scratch.file("mysql.cnf")
    try Files.writeAtomically(text, to: file, mode: 0o600)
    #expect(chmod(file, mode) == 0)
    #expect(problem(file) == "4 credentials_file \(file): may be read by others (mode \(words)); needs 0600")
    #expect(credentials(["credentials_file": file]).replication == nil)
  }

  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func belongsToSomebodyElse() async {
    await #expect(processExitsWith: .success) {
      let scratch = try RootsDirectory()
      let file = scratch.file("mysql.cnf")
      try Files.writeAtomically(text, to: file, mode: 0o600)
      let (nobody, owner) = (try User.named("nobody"), try somebody())
      try #require(nobody != owner)
      #expect(chown(file, nobody.uid, nobody.gid) == 0)
      let parameters = ["system_user": owner.name]
      #expect(
        problem(file, parameters)
          == "4 credentials_file \(file): belongs to user id \(nobody.uid); needs root's or system_user's")
      #expect(chown(file, owner.uid, owner.gid) == 0)
      #expect(problem(file, parameters) == nil)
      // Nobody is the system user where the data directory is missing and no user is named.
      #expect(problem(file, ["datadir": "/nonexistent"])?.hasPrefix("4 ") ?? false)
    }
  }

  /// The system user could put a link in its place, to what only root may read.
  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func aLinkIsRefused() async {
    await #expect(processExitsWith: .success) {
      let (roots, scratch) = (try RootsDirectory(), try Scratch())
      let owner = try somebody()
      for (place, uid) in [(roots.path, UInt32(0)), (scratch.path, owner.uid)] {
        try Files.writeAtomically(text, to: place + "/real.cnf", mode: 0o600)
        #expect(chown(place + "/real.cnf", uid, owner.gid) == 0)
        #expect(symlink(place + "/real.cnf", place + "/mysql.cnf") == 0)
        let words = problem(place + "/mysql.cnf", ["system_user": owner.name])
        #expect(
          words
            == "4 credentials_file \(place)/mysql.cnf: cannot be read (Too many levels of symbolic links)")
        #expect(problem(place + "/real.cnf", ["system_user": owner.name]) == nil)
      }
    }
  }

  /// Where others can put a file, root reads none: neither by a directory that is a link nor by a hard link.
  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func whatOthersCanNameIsReadAsTheSystemUser() async
  {
    await #expect(processExitsWith: .success) {
      let (roots, scratch) = (try RootsDirectory(), try Scratch())
      let owner = try somebody()
      let parameters = ["system_user": owner.name]
      try Files.writeAtomically(text, to: roots.file("mysql.cnf"), mode: 0o600)
      #expect(symlink(roots.path, scratch.file("link")) == 0)
      try Files.writeAtomically(text, to: scratch.file("mysql.cnf"), mode: 0o600)
      for file in [scratch.file("link/mysql.cnf"), scratch.file("mysql.cnf")] {
        #expect(
          problem(file, parameters)
            == "4 credentials_file \(file): cannot be read (Permission denied); needs to be system_user's, or in a directory where only root can write"
        )
      }
      #expect(problem(roots.file("mysql.cnf"), parameters) == nil)
      #expect(Files.isRootsAlone("/etc/martlet-not-there") && !Files.isRootsAlone("/tmp/x"))
      #expect(!Files.isRootsAlone("x"))
    }
  }

  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func whatIsNoFileIsRefused() throws {
    let roots = try RootsDirectory()
    #expect(mkfifo(roots.file("mysql.cnf"), 0o600) == 0)
    #expect(
      problem(roots.file("mysql.cnf")) == "4 credentials_file \(roots.file("mysql.cnf")): is no ordinary file"
    )
  }
}
