import MySQLFacts
import MySQLRules
import Testing

@Suite struct GrantsTests {
  private let mysql = ServerVersion(.mysql, 8, 4, 0)
  private let mariadb = ServerVersion(.mariadb, 10, 11, 19)

  private func missing(_ lines: [String], _ version: ServerVersion, admin: Bool = false) -> [String] {
    Grants(lines).missing(of: neededPrivileges(version, usesAdminAddress: admin))
  }

  private let mysqlLines = [
    "GRANT RELOAD, PROCESS, REPLICATION CLIENT ON *.* TO `mysql`@`localhost`",
    "GRANT CONNECTION_ADMIN,REPLICATION_SLAVE_ADMIN,SYSTEM_USER,SYSTEM_VARIABLES_ADMIN,XA_RECOVER_ADMIN ON *.* TO `mysql`@`localhost`",
  ]

  @Test func enoughForMySQL() {
    #expect(missing(mysqlLines, mysql) == [])
    #expect(missing(mysqlLines, mysql, admin: true) == ["SERVICE_CONNECTION_ADMIN"])
    #expect(
      missing([], mysql) == [
        "PROCESS", "RELOAD", "REPLICATION CLIENT", "CONNECTION_ADMIN", "REPLICATION_SLAVE_ADMIN",
        "SYSTEM_VARIABLES_ADMIN", "XA_RECOVER_ADMIN", "SYSTEM_USER",
      ])
    #expect(!missing([], ServerVersion(.mysql, 8, 0, 15)).contains("SYSTEM_USER"))
  }

  @Test func enoughForMariaDB() {
    let line = """
      GRANT RELOAD, PROCESS, CONNECTION ADMIN, READ_ONLY ADMIN, REPLICATION SLAVE ADMIN, \
      REPLICATION MASTER ADMIN, SLAVE MONITOR ON *.* TO `mysql`@`localhost` IDENTIFIED VIA unix_socket
      """
    #expect(missing([line], mariadb) == [])
    // The words of later versions.
    #expect(missing([line.replacing("SLAVE", with: "REPLICA")], mariadb) == [])
    #expect(
      missing(["GRANT USAGE ON *.* TO `mysql`@`localhost` IDENTIFIED VIA unix_socket"], mariadb) == [
        "PROCESS", "RELOAD", "CONNECTION ADMIN", "REPLICATION MASTER ADMIN", "REPLICATION SLAVE ADMIN",
        "SLAVE MONITOR", "READ_ONLY ADMIN",
      ])
  }

  @Test func superCoversWhatItCoveredBefore() {
    let lines = ["GRANT SUPER ON *.* TO `mysql`@`localhost`"]
    #expect(missing(lines, mysql) == ["PROCESS", "RELOAD", "XA_RECOVER_ADMIN", "SYSTEM_USER"])
    #expect(missing(lines, mariadb) == ["PROCESS", "RELOAD", "READ_ONLY ADMIN"])
    #expect(missing(lines, ServerVersion(.mariadb, 10, 6, 18)) == ["PROCESS", "RELOAD"])
  }

  @Test func everythingIsEnough() {
    let lines = [
      "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` IDENTIFIED VIA unix_socket WITH GRANT OPTION"
    ]
    #expect(missing(lines, mysql, admin: true) == [] && missing(lines, mariadb) == [])
  }

  @Test(arguments: [
    "GRANT ALL PRIVILEGES ON `d`.* TO `mysql`@`localhost`", "GRANT PROXY ON ''@'%' TO 'root'@'localhost'",
    "GRANT `ALL PRIVILEGES`@`%` TO `mysql`@`localhost`", "GRANT `x ON *.* TO y` TO `mysql`@`localhost`",
    "REVOKE ALL PRIVILEGES ON *.* TO `mysql`@`localhost`", "GRANT", "", "SET DEFAULT ROLE `r` FOR `m`@`l`",
  ])
  func nothingElseIsAPrivilegeOfTheServer(line: String) {
    #expect(!Grants([line]).has("PROCESS"))
  }
}
