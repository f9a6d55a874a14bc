import Glibc
import Host
import OCF
import ReplicationActions
import TestSupport
import Testing

@testable import MySQLActions

/// The sentences that an operator reads when the parameters are wrong, word for word.
@Suite struct ValidationTests {
  private func judge(_ parameters: [String: String], level: Int = 0) -> String {
    var environment = [
      "OCF_RESOURCE_INSTANCE": "db", "OCF_CHECK_LEVEL": String(level), "HA_LOGFACILITY": "none",
      "HA_LOGFILE": "/dev/null", "HA_RSCTMP": "/nonexistent",
    ]
    for (name, value) in parameters { environment["OCF_RESKEY_" + name] = value }
    let outcome = Agent(environment: environment).run(.validateAll)
    return "\(outcome.code.rawValue) \(outcome.reason)"
  }

  @Test(arguments: [
    ("datadir", "/srv/db", "0 the parameters are good"),
    ("datadir", "db", "6 datadir: is \"db\"; needs an absolute path"),
    ("datadir", "/srv/\u{1B}db", "6 datadir: has a control character; needs plain text"),
    ("binary", "mysqld", "6 binary: is \"mysqld\"; needs an absolute path"),
    (
      "binary", "/usr/bin/mysqld_safe",
      "6 binary /usr/bin/mysqld_safe: restarts a server that the cluster has stopped; needs mysqld or mariadbd itself"
    ),
    (
      "binary", "/usr/bin/mariadbd-safe",
      "6 binary /usr/bin/mariadbd-safe: restarts a server that the cluster has stopped; needs mysqld or mariadbd itself"
    ),
    ("config_file", "my.cnf", "6 config_file: is \"my.cnf\"; needs an absolute path"),
    ("socket", "s", "6 socket: is \"s\"; needs an absolute path"),
    ("pid_file", "s", "6 pid_file: is \"s\"; needs an absolute path"),
    ("port", "0", "6 port: is 0; needs 1 to 65535"),
    ("port", "33x", "6 port: is \"33x\"; needs a whole number"),
    ("credentials_file", "x", "6 credentials_file: is \"x\"; needs an absolute path"),
    ("ssl_ca", "ca.pem", "6 ssl_ca: is \"ca.pem\"; needs an absolute path"),
    ("ssl_cert", "/c.pem", "6 ssl_cert, ssl_key: only one of them is set; needs both or none"),
    ("ssl_key", "/k.pem", "6 ssl_cert, ssl_key: only one of them is set; needs both or none"),
    ("on_crash", "retry", "6 on_crash: is \"retry\"; needs failover or recover"),
    ("max_lag", "30x", "6 max_lag: is \"30x\"; needs a time such as 10s, 500ms or 2min"),
    ("query_timeout", "1ms", "6 query_timeout: is 1ms; needs 100ms to 300s"),
    ("frozen_timeout", "0", "6 frozen_timeout: is 0; needs 1s to 86400s"),
    ("disconnect_timeout", "2d", "6 disconnect_timeout: is \"2d\"; needs a time such as 10s, 500ms or 2min"),
    ("election_timeout", "-1", "6 election_timeout: is \"-1\"; needs a time such as 10s, 500ms or 2min"),
  ])
  func byThemselves(name: String, value: String, words: String) {
    #expect(judge([name: value]) == words)
  }

  @Test func bothHalvesOfACertificateAreGood() {
    #expect(judge(["ssl_cert": "/c.pem", "ssl_key": "/k.pem"]) == "0 the parameters are good")
  }

  @Test func onANodeWithoutIt() {
    #expect(
      judge(["datadir": "/nonexistent/db"], level: 10)
        == "5 datadir /nonexistent/db: does not exist on this node; needs a data directory")
  }

  /// As root, the only user who may give a directory away.
  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func onThisNode() throws {
    let scratch = try Scratch()
    let datadir = scratch.file("data")
    #expect(mkdir(datadir, 0o700) == 0)
    #expect(
      judge(["datadir": datadir], level: 10)
        == "5 system_user: \(datadir) belongs to root, who cannot run MySQL; needs the database's user as its owner: chown -R USER: \(datadir)"
    )
    let nobody = try User.named("nobody")
    #expect(chown(datadir, nobody.uid, nobody.gid) == 0)
    #expect(
      judge(["datadir": datadir, "system_user": "nobody-here"], level: 10)
        .hasPrefix("5 system_user: user nobody-here: does not exist on this machine"))

    let binary = scratch.file("mysqld")
    var good = ["datadir": datadir, "binary": binary]
    #expect(
      judge(good, level: 10)
        == "5 binary \(binary): does not exist on this node; needs the server's program")
    try Files.writeAtomically("", to: binary, mode: 0o755)
    let credentials = scratch.file("credentials")
    good["credentials_file"] = credentials
    #expect(
      judge(good, level: 10)
        == "5 credentials_file \(credentials): does not exist on this node; needs an option file with group [replication]"
    )
    try Files.writeAtomically("[replication]\nuser = repl\n", to: credentials, mode: 0o600)
    // Root's file in a directory that others can write.
    #expect(judge(good, level: 10).hasPrefix("4 credentials_file \(credentials): cannot be read"))
    #expect(chown(credentials, nobody.uid, nobody.gid) == 0)
    #expect(judge(good, level: 10) == nothingRuns)

    for name in ["config_file", "ssl_ca", "ssl_cert", "ssl_key"] {
      let file = scratch.file(name)
      var parameters = good
      // One half of a certificate is refused before.
      if name.hasPrefix("ssl_") { parameters["ssl_cert"] = scratch.file("ssl_cert") }
      if name.hasPrefix("ssl_") { parameters["ssl_key"] = scratch.file("ssl_key") }
      parameters[name] = file
      #expect(
        judge(parameters, level: 10) == "5 \(name) \(file): does not exist on this node; needs a file")
      try Files.writeAtomically("", to: file, mode: 0o600)
      if name == "ssl_ca" { try Files.remove(file) }
    }
    good["ssl_cert"] = scratch.file("ssl_cert")
    good["ssl_key"] = scratch.file("ssl_key")
    #expect(judge(good, level: 10) == nothingRuns)
  }

  private let nothingRuns =
    "0 nothing runs here: accounts and settings were not looked at; the parameters and the files are good"
}
