import MySQLFacts
import MySQLRules
import Testing

@Suite struct GrantTests {
  /// Lines of MySQL 9.7.4, with a role that is active.
  private let mysql = [
    "GRANT SELECT, RELOAD, PROCESS, REPLICATION CLIENT ON *.* TO `mysql`@`localhost`",
    "GRANT CONNECTION_ADMIN,REPLICATION_SLAVE_ADMIN,SYSTEM_USER,SYSTEM_VARIABLES_ADMIN,XA_RECOVER_ADMIN ON *.* TO `mysql`@`localhost`",
    "GRANT `rr`@`%` TO `mysql`@`localhost`",
  ]
  /// Lines of MariaDB 10.11.19, where the role's stand apart.
  private let mariadb = [
    "GRANT `rr` TO `mysql`@`localhost`",
    "GRANT RELOAD, CONNECTION ADMIN, READ_ONLY ADMIN, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, SLAVE MONITOR ON *.* TO `mysql`@`localhost` IDENTIFIED VIA unix_socket",
    "GRANT SELECT, PROCESS ON *.* TO `rr`",
    "SET DEFAULT ROLE `rr` FOR `mysql`@`localhost`",
  ]

  private func missing(_ lines: [String], _ version: ServerVersion, adminAddress: Bool = false) -> [String] {
    Grants(lines).missing(of: neededPrivileges(version, usesAdminAddress: adminAddress))
  }

  @Test func whatIsNeededIsThere() {
    #expect(missing(mysql, ServerVersion(.mysql, 9, 7, 4)) == [])
    #expect(missing(mariadb, ServerVersion(.mariadb, 10, 11, 19)) == [])
  }

  @Test func whatIsMissingIsNamed() {
    #expect(
      missing([], ServerVersion(.mysql, 8, 4, 0)) == [
        "PROCESS", "RELOAD", "REPLICATION CLIENT", "CONNECTION_ADMIN", "REPLICATION_SLAVE_ADMIN",
        "SYSTEM_VARIABLES_ADMIN", "XA_RECOVER_ADMIN", "SYSTEM_USER",
      ])
    #expect(
      missing([], ServerVersion(.mariadb, 10, 6, 0)) == [
        "PROCESS", "RELOAD", "SLAVE MONITOR", "CONNECTION ADMIN", "REPLICATION MASTER ADMIN",
        "REPLICATION SLAVE ADMIN", "READ_ONLY ADMIN",
      ])
    #expect(
      missing(mysql, ServerVersion(.mysql, 9, 7, 4), adminAddress: true) == ["SERVICE_CONNECTION_ADMIN"])
    #expect(
      Grants(mysql).missing(
        of: neededPrivileges(ServerVersion(.mysql, 9, 7, 4), usesAdminAddress: false, clones: true))
        == ["BACKUP_ADMIN", "CLONE_ADMIN", "REPLICATION SLAVE"])
    #expect(
      neededPrivileges(ServerVersion(.mariadb, 10, 11, 19), usesAdminAddress: false, clones: true).map(\.name)
        .filter {
          !neededPrivileges(ServerVersion(.mariadb, 10, 11, 19), usesAdminAddress: false).map(\.name)
            .contains($0)
        }
        == ["BINLOG MONITOR"])
    // There was none yet.
    #expect(!missing([], ServerVersion(.mysql, 8, 0, 15)).contains("SYSTEM_USER"))
  }

  @Test func allIsAll() {
    let all = ["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"]
    #expect(missing(all, ServerVersion(.mariadb, 11, 8, 0)) == [])
    #expect(missing(all, ServerVersion(.mysql, 8, 0, 15)) == [])
  }

  @Test func superIsNotAll() {
    let grants = ["GRANT SUPER ON *.* TO `mysql`@`localhost`"]
    #expect(
      missing(grants, ServerVersion(.mysql, 9, 7, 4)) == [
        "PROCESS", "RELOAD", "XA_RECOVER_ADMIN", "SYSTEM_USER",
      ])
    #expect(
      missing(grants, ServerVersion(.mariadb, 10, 11, 19))
        == ["PROCESS", "RELOAD", "SLAVE MONITOR", "READ_ONLY ADMIN"])
    #expect(missing(grants, ServerVersion(.mariadb, 10, 6, 20)) == ["PROCESS", "RELOAD", "SLAVE MONITOR"])
  }

  @Test(arguments: [
    "GRANT PROCESS ON `d`.* TO `mysql`@`localhost`",
    "GRANT `PROCESS` ON *.* TO `mysql`@`localhost`",
    "GRANT `x, PROCESS ON *.* TO `@`%` TO `mysql`@`localhost`",
    "REVOKE PROCESS ON *.* FROM `mysql`@`localhost`",
    "GRANT PROXY ON ``@`` TO `mysql`@`localhost`",
    "GRANT PROCESSES ON *.* TO `mysql`@`localhost`",
    "",
  ])
  func whatGrantsNothing(line: String) {
    #expect(!Grants([line]).has("PROCESS"), "\(line)")
  }

  @Test func byEitherWord() {
    let grants = Grants(["GRANT REPLICA MONITOR, replication replica admin ON *.* TO `a`@`%`"])
    #expect(
      grants.has("SLAVE MONITOR") && grants.has("REPLICATION SLAVE ADMIN") && grants.has("REPLICA MONITOR"))
  }
}
