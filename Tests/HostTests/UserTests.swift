import Glibc
import TestSupport
import Testing

@testable import Host

@Suite struct UserTests {
  @Test func rootIsFoundByNameAndId() throws {
    let root = try User.named("root")
    #expect(root.uid == 0)
    #expect(root.groups.contains(root.gid))
    #expect(try User.with(uid: 0) == root)
    #expect(try User.owning("/") == root)
    #expect(try User.current.uid == geteuid())
  }

  @Test func anUnknownUserIsNamed() {
    #expect(throws: HostError(reason: "user no-such-user: does not exist on this machine", errno: ENOENT)) {
      try User.named("no-such-user")
    }
  }

  @Test func theOwnerOfNothing() {
    #expect(
      throws: HostError(reason: "/nowhere: cannot be examined (No such file or directory)", errno: ENOENT)
    ) {
      try User.owning("/nowhere")
    }
  }
}

@Suite(.enabled(if: isRoot, Comment(rawValue: rootOnly))) struct OtherUserTests {
  @Test func aProgramHasTheIdsOfItsUserOnly() throws {
    let user = try somebody()
    let result = try Command(
      "/bin/grep", ["-E", "^(Uid|Gid|Groups|CapEff)", "/proc/self/status"], user: user
    )
    .run(until: soon())
    let groups = user.groups.sorted().map { "\($0) " }.joined()
    #expect(
      result.output == """
        Uid:\t\(user.uid)\t\(user.uid)\t\(user.uid)\t\(user.uid)
        Gid:\t\(user.gid)\t\(user.gid)\t\(user.gid)\t\(user.gid)
        Groups:\t\(groups)
        CapEff:\t0000000000000000

        """)
  }

  @Test func aProgramHasTheHomeOfItsUser() throws {
    let user = try somebody()
    let result = try Command("/usr/bin/env", user: user).run(until: soon())
    #expect(
      result.output == """
        HOME=\(user.home)
        LC_ALL=C
        LOGNAME=\(user.name)
        PATH=/usr/sbin:/usr/bin:/sbin:/bin
        USER=\(user.name)

        """)
  }

  @Test func theDirectoryIsEnteredAsTheUser() throws {
    let scratch = try Scratch()
    chmod(scratch.path, 0o700)
    let user = try somebody()
    let command = Command("/bin/true", user: user, directory: scratch.path)
    #expect(
      throws: CommandError.cannotStart(
        executable: "/bin/true", reason: "cannot run in \(scratch.path) (Permission denied)", errno: EACCES)
    ) {
      try command.run(until: soon())
    }
  }

  // With a clone3 child one in twenty of these hangs in setgroups.
  @Test func fourHundredTimesWithoutAHang() throws {
    let user = try somebody()
    for _ in 0..<400 {
      #expect(try Command("/bin/true", user: user).run(until: soon(10)).succeeded)
    }
  }

  @Test func actingChangesAndGivesBack() async {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      let user = try somebody()
      let path = scratch.file("made")
      try acting(as: user) { () throws(HostError) in
        try Files.writeAtomically("x", to: path)
        #expect(geteuid() == user.uid)
        #expect(throws: HostError(reason: "/etc/shadow: cannot be read (Permission denied)", errno: EACCES)) {
          try Files.read("/etc/shadow")
        }
      }
      #expect(geteuid() == 0 && getegid() == 0)
      #expect(try Files.owner(of: path) == user.uid)
      #expect((try? Files.read("/etc/shadow")) != nil)
    }
  }

  @Test func actingGivesBackAfterAnError() async {
    await #expect(processExitsWith: .success) {
      let user = try somebody()
      #expect(throws: HostError(reason: "x")) {
        try acting(as: user) { () throws(HostError) in throw HostError(reason: "x") }
      }
      #expect(geteuid() == 0)
    }
  }

  @Test func whatIsStartedWhileActingCannotGoBack() async {
    await #expect(processExitsWith: .success) {
      let user = try somebody()
      let uids = try acting(as: user) { () throws(HostError) in
        (try? Command("/bin/grep", ["^Uid", "/proc/self/status"]).run(until: soon()).output) ?? ""
      }
      #expect(uids == "Uid:\t\(user.uid)\t\(user.uid)\t\(user.uid)\t\(user.uid)\n")
    }
  }

  @Test func aProgramOfAnotherUserCanBeStartedWhileActing() async {
    await #expect(processExitsWith: .success) {
      let user = try somebody()
      let nobody = try User.named("nobody")
      let id = try acting(as: user) { () throws(HostError) in
        (try? Command("/usr/bin/id", ["-u"], user: nobody).run(until: soon()).output) ?? ""
      }
      #expect(id == "\(nobody.uid)\n")
    }
  }

  @Test func whoeverMayNotSwitchIsTold() async {
    await #expect(processExitsWith: .success) {
      let user = try somebody()
      let nobody = try User.named("nobody")
      #expect(setgid(user.gid) == 0 && setuid(user.uid) == 0)
      let reason = "user nobody: cannot act as this user (Operation not permitted)"
      #expect(throws: HostError(reason: reason, errno: EPERM)) {
        try acting(as: nobody) { () throws(HostError) in () }
      }
      #expect(
        throws: CommandError.cannotStart(
          executable: "/bin/true", reason: "cannot run as user nobody (Operation not permitted)", errno: EPERM
        )
      ) {
        try Command("/bin/true", user: nobody).run(until: soon())
      }
      // As itself there is nothing to change.
      #expect(try Command("/bin/true", user: user).run(until: soon()).succeeded)
    }
  }
}

@Suite struct LocalAccountsTests {
  private let accounts = LocalAccounts(
    accounts: """
      root:x:0:0:root:/root:/bin/bash
      broken:x:1
      postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
      """,
    groups: """
      postgres:x:104:
      ssl-cert:x:103:backup,postgres
      post:x:105:post
      others:x:106:postgresql,my-postgres
      """)

  @Test func findsAnAccountWithItsGroups() {
    let user = accounts.user { name, _ in name == "postgres" }
    #expect(
      user
        == User(
          name: "postgres", uid: 101, gid: 104, groups: [104, 103], home: "/var/lib/postgresql"))
    #expect(accounts.user { _, uid in uid == 101 } == user)
    #expect(accounts.user { name, _ in name == "broken" } == nil)
    #expect(accounts.user { name, _ in name == "post" } == nil)
  }

  /// What the name services say of the accounts of this machine.
  @Test func agreesWithTheNameServices() throws {
    let user = try somebody()
    let result = try Command("/usr/bin/id", ["-G", user.name]).run(until: Deadline(after: .seconds(5)))
    let groups = result.output.split(whereSeparator: \.isWhitespace).compactMap { UInt32($0) }
    #expect(Set(user.groups) == Set(groups))
  }
}
