import MySQLFacts
import Testing

@Suite struct ServerVersionTests {
  @Test(arguments: [
    // The version of the handshake.
    ("8.0.11", "MySQL 8.0.11"), ("8.0.36", "MySQL 8.0.36"), ("8.4.0", "MySQL 8.4.0"),
    ("8.4.6-log", "MySQL 8.4.6"), ("9.7.4-2", "MySQL 9.7.4"), ("8.0.36-0ubuntu0.22.04.1", "MySQL 8.0.36"),
    ("8.0.36-28", "MySQL 8.0.36"), ("8.4.4-4.1", "MySQL 8.4.4"), ("5.7.44-log", "MySQL 5.7.44"),
    ("10.6.18-MariaDB-log", "MariaDB 10.6.18"),
    ("5.5.5-10.6.18-MariaDB-1:10.6.18+maria~ubu2204-log", "MariaDB 10.6.18"),
    ("5.5.5-10.11.19-MariaDB-0+deb12u1", "MariaDB 10.11.19"),
    ("10.11.19-MariaDB-0+deb12u1", "MariaDB 10.11.19"),
    ("11.8.3-MariaDB-0+deb13u1 from Debian", "MariaDB 11.8.3"),
    ("5.5.5-10.6.14-9-MariaDB-enterprise-log", "MariaDB 10.6.14"), ("12.0.2-MariaDB", "MariaDB 12.0.2"),
    // What a server's program prints for --version.
    ("/usr/sbin/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))\n", "MySQL 9.7.4"),
    ("/usr/sbin/mysqld  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)", "MySQL 8.0.36"),
    (
      "/usr/sbin/mysqld  Ver 8.0.36-28 for Linux on x86_64 (Percona Server (GPL), Release 28, Revision 47601f19)",
      "MySQL 8.0.36"
    ),
    (
      "/usr/sbin/mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)\n",
      "MariaDB 10.11.19"
    ),
    (
      "/usr/libexec/mariadbd  Ver 10.6.18-MariaDB for Linux on x86_64 (MariaDB Server)", "MariaDB 10.6.18"
    ),
  ])
  func reads(text: String, version: String) {
    #expect(ServerVersion(text)?.description == version)
  }

  @Test(arguments: [
    "", " ", "\n", "8", "8.0", "8.0.", "8.0.36.1", "8.0.mysql_aurora.3.04.0", "a.b.c", "MariaDB",
    "5.5.5-MariaDB", "-1.2.3", "8.0.1000", "8.0.99999999999999999999", "Ver", "mysqld  Ver ",
    "PostgreSQL 15.9", "SSH-2.0-OpenSSH_9.2p1", "٨.٠.٣٦",
  ])
  func refusesEverythingElse(text: String) {
    #expect(ServerVersion(text) == nil)
  }

  @Test func isWordedAsItsFamilyWordsIt() {
    #expect(ServerVersion(.mysql, 8, 0, 36).isMySQL(8, 0, 36))
    #expect(ServerVersion(.mysql, 8, 4, 0).isMySQL(8, 0, 36))
    #expect(!ServerVersion(.mysql, 8, 0, 35).isMySQL(8, 0, 36))
    #expect(!ServerVersion(.mariadb, 11, 8, 3).isMySQL(8, 0, 22))
  }

  @Test(arguments: [
    (ServerVersion(.mysql, 5, 7, 44), false), (ServerVersion(.mysql, 8, 0, 0), true),
    (ServerVersion(.mysql, 9, 7, 4), true), (ServerVersion(.mariadb, 10, 5, 29), false),
    (ServerVersion(.mariadb, 10, 6, 0), true), (ServerVersion(.mariadb, 12, 0, 2), true),
  ])
  func tooOldIsNotSupported(version: ServerVersion, isSupported: Bool) {
    #expect(version.isSupported == isSupported)
  }
}
