import MySQLFacts
import Testing

@Suite struct CloneTests {
  private let dialect = Dialect(ServerVersion(.mysql, 9, 7, 4))
  private var donor: SourceSettings {
    SourceSettings(host: "db2", port: 3307, user: "repl", password: "it's")
  }

  @Test func theStatements() {
    #expect(
      dialect.clone(from: donor, to: "/srv/data.martlet-clone/data")
        == "CLONE INSTANCE FROM 'repl'@'db2':3307 IDENTIFIED BY 'it\\'s' DATA DIRECTORY = '/srv/data.martlet-clone/data'"
    )
    #expect(
      dialect.prepareClone(from: donor) == [
        "SET GLOBAL clone_valid_donor_list = 'db2:3307'", "SET GLOBAL clone_ssl_ca = NULL",
        "SET GLOBAL clone_ssl_cert = NULL", "SET GLOBAL clone_ssl_key = NULL",
      ])
  }

  /// Where the peers' certificates are verified, the donor's is, too.
  @Test func withACertificateAuthorityTheDonorIsVerified() {
    var donor = donor
    donor.ca = "/etc/ca.pem"
    #expect(dialect.clone(from: donor, to: "/d").hasSuffix("DATA DIRECTORY = '/d' REQUIRE SSL"))
    #expect(dialect.prepareClone(from: donor)[1] == "SET GLOBAL clone_ssl_ca = '/etc/ca.pem'")
  }

  private let good = [
    "plugin": "ACTIVE", "datadir": "/srv/data/", "binary_log": "/srv/data/binlog",
    "relay_log": "/srv/data/relay",
    "innodb_undo": "./", "innodb_log": "./",
  ]

  private func obstacle(
    _ changes: [String: String?], _ version: ServerVersion = ServerVersion(.mysql, 9, 7, 4)
  )
    -> String?
  {
    var row = good
    for (name, value) in changes { row[name] = value }
    return cloneObstacle(row, version)
  }

  @Test func whatSpeaksAgainstACloneIsNamed() {
    #expect(obstacle([:]) == nil)
    #expect(obstacle(["plugin": nil])?.contains("plugin_load_add = mysql_clone.so") ?? false)
    #expect(obstacle(["plugin": "DISABLED"]) != nil)
    #expect(
      obstacle(["binary_log": "/var/log/binlog"])
        == "/var/log/binlog is outside /srv/data/, and a copy has nothing there; needs a copy by hand")
    #expect(obstacle(["relay_log": "/srv/data2/relay"]) != nil)
    #expect(obstacle(["innodb_undo": "/undo"]) != nil)
    #expect(obstacle([:], ServerVersion(.mysql, 8, 0, 16)) != nil)
    // MariaDB has no such plugin, and its copies are made by other means.
    #expect(obstacle(["plugin": nil], ServerVersion(.mariadb, 11, 8, 0)) == nil)
    #expect(obstacle(["relay_log": "/relay"], ServerVersion(.mariadb, 11, 8, 0)) != nil)
  }
}

@Suite struct AbandonedTransactionsTests {
  private let text = """
    # The proper term is pseudo_replica_mode, but we use this compatibility alias
    #261126 22:57:05 server id 3  end_log_pos 127 CRC32 0x01	Start: binlog v 4
    # at 198
    #261126 22:58:05 server id 3  end_log_pos 282 CRC32 0x02	GTID	last_committed=0	sequence_number=1
    SET @@SESSION.GTID_NEXT= 'b1c1c3aa-e9ec-11f1-a34e-2afe40d998ce:7'/*!*/;
    #261126 22:58:06 server id 3  end_log_pos 500 CRC32 0x03	Xid = 12
    COMMIT/*!*/;
    #261126 22:59:00 server id 3  end_log_pos 600 CRC32 0x04	GTID
    SET @@SESSION.GTID_NEXT= 'b1c1c3aa-e9ec-11f1-a34e-2afe40d998ce:8'/*!*/;
    SET @@SESSION.GTID_NEXT= 'AUTOMATIC' /* added by mysqlbinlog */ /*!*/;
    """

  @Test func whatMysqlbinlogPrintsIsListed() {
    let listed = LoggedTransaction.list(text)
    #expect(listed.map { $0.gtid.suffix(2) } == [":7", ":8"])
    #expect(listed.map(\.time) == ["261126 22:58:05", "261126 22:59:00"])
    #expect(LoggedTransaction.list("").isEmpty)
  }

  private let mariaDBText = """
    #261127  4:16:25 server id 1  end_log_pos 256 CRC32 0x01 	Start: binlog v 4, server v 10.11.19-MariaDB created 261127  4:16:25
    #261127  4:16:26 server id 1  end_log_pos 296 CRC32 0x02 	Gtid list [0-1-17]
    #261127  4:16:27 server id 1  end_log_pos 338 CRC32 0x03 	GTID 0-1-18 trans
    /*M!100001 SET @@session.gtid_seq_no=18*//*!*/;
    #261127  4:16:27 server id 1  end_log_pos 500 CRC32 0x04 	Xid = 12
    #261127  4:16:28 server id 2  end_log_pos 600 CRC32 0x05 	GTID 1-2-7 ddl
    """

  @Test func whatMariaDBPrintsIsListed() throws {
    let listed = LoggedTransaction.list(mariaDBText)
    #expect(listed.map(\.gtid) == ["0-1-18", "1-2-7"])
    #expect(listed.map(\.time) == ["261127 4:16:27", "261127 4:16:28"])
    let primary = GTIDPosition.mariadb(try #require(MariaDBHistory("0-1-20,1-2-6")))
    #expect(listed.filter { !primary.contains($0) }.map(\.gtid) == ["1-2-7"])
    let history = try #require(MariaDBHistory("1-2-7"))
    var found = AbandonedTransactions(errant: .mariadb(history))
    found.transactions = listed
    // Its program cannot choose.
    #expect(
      found.report(reader: "/usr/bin/mariadb-binlog", directory: "/kept")
        .contains(
          "/usr/bin/mariadb-binlog --no-defaults --base64-output=DECODE-ROWS --verbose /kept/logs/*\n"))
  }

  @Test func whatABinaryLogBeganWith() throws {
    func head(_ type: String, _ info: String) -> GTIDPosition? {
      GTIDPosition(headOfBinaryLog: ["Event_type": type, "Info": info])
    }
    let history = try #require(MariaDBHistory("0-1-17,0-2-20"))
    #expect(head("Gtid_list", "[0-1-17,0-2-20]") == .mariadb(history))
    #expect(head("Gtid_list", "[]") == .mariadb(MariaDBHistory()))
    let set = try #require(GTIDSet("b1c1c3aa-e9ec-11f1-a34e-2afe40d998ce:1-8"))
    #expect(head("Previous_gtids", "\(set)") == .mysql(set))
    #expect(head("Format_desc", "Server ver: 10.11.19-MariaDB") == nil)
    #expect(head("Gtid_list", "[0-1]") == nil)
  }

  @Test func theReportSaysWhatHowMuchWhenAndHowToReadIt() throws {
    let set = try #require(GTIDSet("b1c1c3aa-e9ec-11f1-a34e-2afe40d998ce:7-8"))
    var found = AbandonedTransactions(errant: .mysql(set))
    found.node = "db1"
    found.primary = "db2"
    found.transactions = LoggedTransaction.list(text)
    found.files = ["binlog.000002"]
    found.fileBytes = 1617
    let report = found.report(reader: "/usr/bin/mysqlbinlog", directory: "/kept")
    for words in [
      "abandoned:       2 transactions\n", "transactions:    \(set)\n",
      "written:         261126 22:58:05 to 261126 22:59:00", "files:           1, 1617 bytes, in /kept/logs",
      "/usr/bin/mysqlbinlog --no-defaults --base64-output=DECODE-ROWS --verbose --include-gtids='\(set)' /kept/logs/*",
      "  261126 22:58:05  b1c1c3aa-e9ec-11f1-a34e-2afe40d998ce:7\n",
    ] { #expect(report.contains(words), "\(words)") }
    #expect(!report.contains("perhaps more"))
    #expect(found.summary.hasPrefix("2 transactions, "))
    found.isListWhole = false
    #expect(found.report(reader: "r", directory: "/kept").contains("perhaps more"))
  }
}
