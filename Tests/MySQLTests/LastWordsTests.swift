import Testing

@testable import MySQLActions

/// What an operator reads of a server that did not start, out of real logs.
@Suite struct LastWordsTests {
  @Test(arguments: [
    (
      "mysql-9.7-port",
      "[MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use; [MY-010257] [Server] Do you already have another mysqld server running on port: 13901 ?"
    ),
    (
      "mariadb-10.11-port",
      "Can't start server: Bind on TCP/IP port. Got error: 98: Address already in use; Do you already have another server running on port: 13911 ?"
    ),
    ("mysql-9.7-option", "[MY-000067] [Server] unknown variable 'no-such-option=1'."),
    ("mariadb-10.11-option", "mariadbd: unknown variable 'no-such-option=1'"),
    (
      "mysql-9.7-value",
      "[MY-000077] [Server] /usr/sbin/mysqld: Error while setting value 'PERHAPS' to 'gtid_mode'."
    ),
    ("mariadb-10.11-value", "mariadbd: Error while setting value 'PERHAPS' to 'binlog_format'"),
    (
      "mysql-9.7-missing",
      "[MY-013276] [Server] Failed to set datadir to '/srv/mysql/nothing/' (OS errno: 2 - No such file or directory)"
    ),
    (
      "mariadb-10.11-missing",
      "mariadbd: Can't change dir to '/srv/mariadb/nothing/' (Errcode: 2 \"No such file or directory\")"
    ),
    // It says so a hundred times.
    (
      "mysql-9.7-locked",
      "[MY-012574] [InnoDB] Unable to lock ./ibdata1 error: 11; [MY-012592] [InnoDB] Operating system error number 11 in a file operation."
    ),
    (
      "mariadb-10.11-locked",
      "mariadbd: Can't lock aria control file '/srv/mariadb/d2/aria_log_control' for exclusive use, error: 11. Will retry for 30 seconds; mariadbd: Got error 'Could not get an exclusive lock; file is probably in use by another process' when trying to use aria control file '/srv/mariadb/d2/aria_log_control'"
    ),
  ])
  func ofARealServer(sample: String, words: String) throws {
    let found = Readiness.lastWords(try Samples.text(sample + ".log"))
    #expect(found == words)
  }

  @Test func withoutAnErrorTheLastLine() {
    #expect(Readiness.lastWords("a\nb\n") == "b")
    #expect(Readiness.lastWords("[Note] a\n[Note] b\n") == "[Note] b")
    #expect(Readiness.lastWords("[ERROR] Aborting\n") == "[ERROR] Aborting")
    #expect(Readiness.lastWords("") == "")
  }
}
