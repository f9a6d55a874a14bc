import ReplicationActions
import Glibc
import Host
import OCF
import TestSupport
import Testing

@testable import PostgreSQLActions

/// The sentences that an operator reads when the parameters are wrong, word for word.
@Suite struct ValidationTests {
  private func judge(_ parameters: [String: String], level: Int = 0) -> String {
    var environment = [
      "OCF_RESOURCE_INSTANCE": "pg", "OCF_CHECK_LEVEL": String(level), "HA_LOGFACILITY": "none",
      "HA_LOGFILE": "/dev/null", "HA_RSCTMP": "/nonexistent",
    ]
    for (name, value) in parameters { environment["OCF_RESKEY_" + name] = value }
    let outcome = Agent(environment: environment).run(.validateAll)
    return "\(outcome.code.rawValue) \(outcome.reason)"
  }

  @Test(arguments: [
    ("pgdata", "/srv/pg", "0 the parameters are good"),
    ("pgdata", "", "6 pgdata: is not set; needs a value"),
    ("pgdata", "pg", "6 pgdata: is \"pg\"; needs an absolute path"),
    ("pgdata", "/srv/\u{1B}pg", "6 pgdata: has a control character; needs plain text"),
    ("bindir", "bin", "6 bindir: is \"bin\"; needs an absolute path"),
    ("port", "0", "6 port: is 0; needs 1 to 65535"),
    ("port", "54x", "6 port: is \"54x\"; needs a whole number"),
    ("on_crash", "retry", "6 on_crash: is \"retry\"; needs failover or recover"),
    ("readable_lag", "30x", "6 readable_lag: is \"30x\"; needs a time such as 10s, 500ms or 2min"),
    ("query_timeout", "1ms", "6 query_timeout: is 1ms; needs 100ms to 300s"),
    ("frozen_timeout", "0", "6 frozen_timeout: is 0; needs 1s to 86400s"),
    ("disconnect_timeout", "2d", "6 disconnect_timeout: is \"2d\"; needs a time such as 10s, 500ms or 2min"),
    ("election_timeout", "-1", "6 election_timeout: is \"-1\"; needs a time such as 10s, 500ms or 2min"),
    (
      "replication_options", "sslmode=require password=secret",
      "6 replication_options: has a password; needs it in a file named by passfile"
    ),
    (
      "replication_options", "password = 'secret'",
      "6 replication_options: has a password; needs it in a file named by passfile"
    ),
    (
      "replication_options", "password  =secret",
      "6 replication_options: has a password; needs it in a file named by passfile"
    ),
    (
      "replication_options", "sslpassword=x",
      "6 replication_options: has a password; needs it in a file named by passfile"
    ),
    ("replication_options", "sslmode=verify-full passfile=/etc/x", "0 the parameters are good"),
  ])
  func byThemselves(name: String, value: String, words: String) {
    #expect(judge(["pgdata": "/srv/pg"].merging([name: value]) { $1 }) == words)
  }

  @Test func onANodeWithoutIt() {
    #expect(
      judge(["pgdata": "/nonexistent/pg"], level: 10)
        == "5 pgdata /nonexistent/pg: does not exist on this node; needs a data directory")
  }

  /// As root, the only user who may give a directory away.
  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func onThisNode() throws {
    let directory = try Scratch()
    let scratch = directory.path
    let pgdata = scratch + "/data"
    #expect(mkdir(pgdata, 0o700) == 0)
    #expect(
      judge(["pgdata": pgdata], level: 10)
        == "4 pgdata \(pgdata): belongs to root, which PostgreSQL refuses; needs another owner")
    #expect(
      judge(["pgdata": pgdata, "system_user": "nobody-here"], level: 10).hasPrefix("5 system_user: ")
    )
    let nobody = try User.named("nobody")
    #expect(chown(scratch, nobody.uid, nobody.gid) == 0)
    #expect(chown(pgdata, nobody.uid, nobody.gid) == 0)
    #expect(
      judge(["pgdata": pgdata], level: 10) == "5 pgdata \(pgdata): has no PG_VERSION; needs a data directory")

    try Files.writeAtomically("12\n", to: pgdata + "/PG_VERSION", mode: 0o644)
    #expect(
      judge(["pgdata": pgdata], level: 10) == "5 pgdata \(pgdata): is of PostgreSQL 12; needs 13 or later")

    try Files.writeAtomically("15\n", to: pgdata + "/PG_VERSION", mode: 0o644)
    #expect(
      judge(["pgdata": pgdata, "bindir": scratch], level: 10)
        == "5 bindir: no postgres 15 in \(scratch); needs the server's programs")

    try Files.writeAtomically("", to: scratch + "/postgres", mode: 0o755)
    let good = ["pgdata": pgdata, "bindir": scratch]
    #expect(judge(good, level: 10) == "0 the parameters are good")
    #expect(
      judge(good.merging(["config_file": scratch + "/pg.conf"]) { $1 }, level: 10)
        == "5 config_file \(scratch)/pg.conf: does not exist on this node; needs the server's postgresql.conf"
    )

    let passfile = scratch + "/pgpass"
    let withPassfile = good.merging(["passfile": passfile]) { $1 }
    #expect(
      judge(withPassfile, level: 10)
        == "5 passfile \(passfile): does not exist on this node; needs a libpq password file")
    try Files.writeAtomically("", to: passfile, mode: 0o640)
    #expect(
      judge(withPassfile, level: 10) == "4 passfile \(passfile): may be read by others (mode 640); needs 0600"
    )
    #expect(chmod(passfile, 0o600) == 0)
    #expect(judge(withPassfile, level: 10) == "4 passfile \(passfile): does not belong to nobody; needs to")
    #expect(chown(passfile, nobody.uid, nobody.gid) == 0)
    #expect(judge(withPassfile, level: 10) == "0 the parameters are good")
  }
}
