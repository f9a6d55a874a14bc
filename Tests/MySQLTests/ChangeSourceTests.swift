import MySQLFacts
import Testing

@Suite struct ChangeSourceTests {
  private let source = SourceSettings(host: "db2", port: 3306, user: "replica", password: "secret")
  private let new = Dialect(ServerVersion(.mysql, 8, 0, 23))
  private let old = Dialect(ServerVersion(.mysql, 8, 0, 22))
  private let mariadb = Dialect(ServerVersion(.mariadb, 10, 11, 19))

  /// Without TLS of one's own: what is not said stays as it was for the source before.
  private func none(_ prefix: String) -> String {
    ", X_SSL_CA = '', X_SSL_VERIFY_SERVER_CERT = 0, X_SSL_CERT = '', X_SSL_KEY = ''"
      .replacing("X_", with: prefix + "_")
  }

  @Test func inTheWordsOfToday() {
    #expect(
      new.changeSource(to: source) == """
        CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'db2', SOURCE_PORT = 3306, SOURCE_USER = 'replica', \
        SOURCE_PASSWORD = 'secret', SOURCE_CONNECT_RETRY = 1, SOURCE_HEARTBEAT_PERIOD = 2, \
        SOURCE_RETRY_COUNT = 1000000, SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1
        """ + none("SOURCE"))
    for (major, minor, patch) in [(8, 0, 26), (8, 4, 0), (9, 7, 4)] {
      let dialect = Dialect(ServerVersion(.mysql, major, minor, patch))
      #expect(dialect.changeSource(to: source) == new.changeSource(to: source))
    }
  }

  @Test func inTheWordsOfThePast() {
    let words = """
      CHANGE MASTER TO MASTER_HOST = 'db2', MASTER_PORT = 3306, MASTER_USER = 'replica', \
      MASTER_PASSWORD = 'secret', MASTER_CONNECT_RETRY = 1, MASTER_HEARTBEAT_PERIOD = 2, \
      MASTER_RETRY_COUNT = 1000000, MASTER_AUTO_POSITION = 1, GET_MASTER_PUBLIC_KEY = 1
      """ + none("MASTER")
    #expect(old.changeSource(to: source) == words)
    #expect(Dialect(ServerVersion(.mysql, 8, 0, 20)).changeSource(to: source) == words)
  }

  @Test(arguments: [(10, 6, 18), (10, 11, 19), (11, 8, 3)]) func inMariaDBsWords(version: (Int, Int, Int)) {
    let dialect = Dialect(ServerVersion(.mariadb, version.0, version.1, version.2))
    #expect(
      dialect.changeSource(to: source) == """
        CHANGE MASTER TO MASTER_HOST = 'db2', MASTER_PORT = 3306, MASTER_USER = 'replica', \
        MASTER_PASSWORD = 'secret', MASTER_CONNECT_RETRY = 1, MASTER_HEARTBEAT_PERIOD = 2, \
        MASTER_USE_GTID = slave_pos
        """ + none("MASTER"))
  }

  @Test func withTLS() {
    var source = source
    source.ca = "/etc/ssl/it's ours.pem"
    source.certificate = "/etc/ssl/me.pem"
    source.key = "/etc/ssl/me.key"
    let tail = #"""
      , X_SSL = 1, X_SSL_CA = '/etc/ssl/it\'s ours.pem', X_SSL_VERIFY_SERVER_CERT = 1, \#
      X_SSL_CERT = '/etc/ssl/me.pem', X_SSL_KEY = '/etc/ssl/me.key'
      """#
    for (dialect, prefix) in [(new, "SOURCE"), (old, "MASTER"), (mariadb, "MASTER")] {
      #expect(
        dialect.changeSource(to: source)
          == dialect.changeSource(to: self.source)
          .replacing(none(prefix), with: tail.replacing("X_", with: prefix + "_")))
    }
  }

  @Test func aCertificateAloneAsksForTLS() {
    var source = source
    source.certificate = "/etc/ssl/me.pem"
    source.key = "/etc/ssl/me.key"
    #expect(source.wantsTLS)
    #expect(new.changeSource(to: source).contains(", SOURCE_SSL = 1, SOURCE_SSL_CA = '', "))
  }

  @Test func aChannelIsAsTheSettingsSay() {
    var source = source
    source.ca = "/ca"
    var channel = ReplicaChannel()
    channel.host = source.host
    channel.port = source.port
    channel.user = source.user
    channel.isByGTID = true
    #expect(!source.describe(channel))
    channel.ca = "/ca"
    #expect(source.describe(channel))
    channel.key = "/key"
    #expect(!source.describe(channel))
    channel.key = nil
    channel.isByGTID = false
    #expect(!source.describe(channel))
  }

  @Test(
    arguments: [
      ("", "''"), ("plain", "'plain'"), ("it's", #"'it\'s'"#), (#"back\slash"#, #"'back\\slash'"#),
      (#"\'"#, #"'\\\''"#), ("two\nlines", #"'two\nlines'"#), ("nul\0", #"'nul\0'"#), ("\"", "'\"'"),
      ("%_;--#", "'%_;--#'"), ("größe 🔑", "'größe 🔑'"),
    ])
  func quotes(value: String, literally: String) {
    #expect(literal(value) == literally)
    var source = source
    source.user = value
    source.password = value
    #expect(
      new.changeSource(to: source).contains("SOURCE_USER = \(literally), SOURCE_PASSWORD = \(literally), "))
    #expect(
      mariadb.changeSource(to: source).contains(
        "MASTER_USER = \(literally), MASTER_PASSWORD = \(literally), "))
  }
}
