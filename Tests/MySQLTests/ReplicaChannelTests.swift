import MySQLFacts
import Testing

private let mysql = Dialect(ServerVersion(.mysql, 9, 7, 4))
private let mariadb = Dialect(ServerVersion(.mariadb, 10, 11, 19))

@Suite struct ReplicaChannelTests {
  private let source = "26c0b933-e829-11f1-bd0a-02fc00000001"

  private func channel(_ dialect: Dialect, _ kind: String) throws -> ReplicaChannel {
    ReplicaChannel(
      try Samples.row("\(dialect.isMariaDB ? "mariadb-10.11" : "mysql-9.7")-\(kind).txt"), dialect)
  }

  @Test func aReplicaAtWork() throws {
    var expected = ReplicaChannel()
    expected.host = "127.0.0.1"
    expected.user = "r"
    expected.isByGTID = true
    expected.receiver = .running
    expected.isApplying = true
    expected.lag = .zero
    expected.hasReadAll = true

    expected.port = 13901
    expected.relayLog = ReplicaChannel.RelayLog(file: "vm-relay-bin.000002", position: 1531)
    let set = try #require(Samples.row("mysql-9.7-replicating.txt")["Retrieved_Gtid_Set"])
    #expect(set.hasSuffix(":1-5"))
    expected.received = GTIDPosition("mysql/" + set)
    #expect(try channel(mysql, "replicating") == expected)

    expected.port = 13911
    expected.relayLog = ReplicaChannel.RelayLog(file: "p2-relay-bin.000002", position: 1357)
    expected.received = GTIDPosition("mariadb/0-1-5")
    #expect(try channel(mariadb, "replicating") == expected)
  }

  @Test func anApplierThatStoppedAtAnError() throws {
    var channel = try channel(mysql, "broken")
    #expect(channel.receiver == .running && !channel.isApplying && channel.receiverFailure == nil)
    #expect(channel.applierFailure?.number == 1062)
    #expect(
      channel.applierFailure?.description.hasPrefix(
        "error 1062: Coordinator stopped because there were error(s) in the worker(s). The most recent")
        ?? false)
    #expect(channel.lag == nil)
    #expect(channel.received == GTIDPosition("mysql/\(source):1-9"))

    channel = try self.channel(mariadb, "broken")
    #expect(channel.receiver == .running && !channel.isApplying && channel.receiverFailure == nil)
    #expect(
      channel.applierFailure?.description
        == "error 1950: An attempt was made to binlog GTID 0-1-8 which would create an out-of-order sequence number with existing GTID 0-2-8, and gtid strict mode is enabled"
    )
    #expect(channel.lag == nil)
    #expect(channel.received == GTIDPosition("mariadb/0-1-9"))
  }

  /// What the server says of an applier that it stopped within a transaction is no error of the data.
  @Test func anApplierThatWasCutShort() {
    let row = [
      "Replica_IO_Running": "No", "Replica_SQL_Running": "No", "Last_SQL_Errno": "1756",
      "Last_SQL_Error":
        "... The replica coordinator and worker threads are stopped, possibly leaving data in inconsistent state.",
    ]
    var channel = ReplicaChannel(row, mysql)
    #expect(channel.wasCutShort && channel.applierFailure == nil && !channel.isApplying)
    channel = ReplicaChannel(row.merging(["Last_SQL_Errno": "1755"]) { $1 }, mysql)
    #expect(!channel.wasCutShort && channel.applierFailure?.number == 1755)
  }

  @Test(arguments: [
    (mysql, 13121, true), (mariadb, 1594, true), (mysql, 1062, false), (mariadb, 1032, false),
  ])
  func aRelayLogThatCannotBeRead(dialect: Dialect, number: Int, cannot: Bool) {
    let names =
      dialect.isMariaDB
      ? ["Slave_IO_Running", "Slave_SQL_Running"] : ["Replica_IO_Running", "Replica_SQL_Running"]
    let channel = ReplicaChannel([names[0]: "Yes", names[1]: "No", "Last_SQL_Errno": "\(number)"], dialect)
    #expect(channel.hasUnreadableRelayLog == cannot && channel.applierFailure != nil)
  }

  @Test(arguments: [mysql, mariadb]) func aReceiverThatFindsNobody(dialect: Dialect) throws {
    let channel = try channel(dialect, "connecting")
    #expect(channel.receiver == .connecting && !channel.isApplying)
    #expect(channel.receiverFailure?.number == 2003 && channel.applierFailure == nil)
    #expect(channel.receiverFailure?.message.contains("(111") ?? false)
    #expect(channel.delay == .seconds(3600))
    #expect(channel.isFiltered)
  }

  @Test func changingTheSourceForgetsWhatMySQLHadReceived() throws {
    #expect(try channel(mysql, "connecting").received == GTIDPosition("mysql/"))
    #expect(try channel(mariadb, "connecting").received == GTIDPosition("mariadb/0-1-7"))
  }

  @Test(arguments: [
    "Replicate_Do_DB", "Replicate_Ignore_DB", "Replicate_Do_Table", "Replicate_Ignore_Table",
    "Replicate_Wild_Do_Table", "Replicate_Wild_Ignore_Table", "Replicate_Ignore_Server_Ids",
    "Replicate_Rewrite_DB",
  ])
  func everyFilterIsOne(column: String) throws {
    for (dialect, name) in [(mysql, "mysql-9.7"), (mariadb, "mariadb-10.11")] {
      var row = try Samples.row("\(name)-replicating.txt")
      #expect(row[column] == "", "\(column)")
      #expect(!ReplicaChannel(row, dialect).isFiltered)
      row[column] = "x"
      #expect(ReplicaChannel(row, dialect).isFiltered, "\(column)")
    }
  }

  @Test(arguments: ["Replicate_Do_Domain_Ids", "Replicate_Ignore_Domain_Ids"])
  func soAreMariaDBsDomains(column: String) throws {
    var row = try Samples.row("mariadb-10.11-replicating.txt")
    #expect(row[column] == "")
    row[column] = "7"
    #expect(ReplicaChannel(row, mariadb).isFiltered)
  }

  @Test func aChannelIsByGTIDOrNot() throws {
    var row = try Samples.row("mysql-9.7-replicating.txt")
    row["Auto_Position"] = "0"
    #expect(!ReplicaChannel(row, mysql).isByGTID)
    row = try Samples.row("mariadb-10.11-replicating.txt")
    for (value, isByGTID) in [("Slave_Pos", true), ("Current_Pos", true), ("No", false)] {
      row["Using_Gtid"] = value
      #expect(ReplicaChannel(row, mariadb).isByGTID == isByGTID)
    }
  }

  @Test func mariaDBsReceiverIsPreparingAtFirst() throws {
    var row = try Samples.row("mariadb-10.11-replicating.txt")
    for (value, receiver) in [
      ("Preparing", .connecting), ("Connecting", .connecting), ("No", .stopped), ("?", .stopped),
    ] as [(String, ReplicaChannel.Receiver)] {
      row["Slave_IO_Running"] = value
      #expect(ReplicaChannel(row, mariadb).receiver == receiver)
    }
  }

  @Test func inTheWordsBefore8022() throws {
    let old = Dialect(ServerVersion(.mysql, 8, 0, 20))
    let row = try Samples.row("mysql-9.7-broken.txt")
    var older: [String: String] = [:]
    for (name, value) in row {
      older[name.replacing("Source", with: "Master").replacing("Replica_", with: "Slave_")] = value
    }
    #expect(older["Slave_IO_Running"] == "Yes" && older["Replicate_Do_DB"] == "")
    #expect(ReplicaChannel(older, old) == ReplicaChannel(row, mysql))
  }

  @Test func anApplierThatStoppedHasNotReadAll() throws {
    for dialect in [mysql, mariadb] {
      #expect(try !channel(dialect, "broken").hasReadAll)
      #expect(try channel(dialect, "replicating").hasReadAll)
    }
  }

  @Test(
    arguments: [
      ("p2-relay-bin.000002", "p2-relay-bin.000003"), ("a.b.000999", "a.b.001000"), ("x.999999", "x.1000000"),
      ("x.4294967295", "x.4294967296"), ("x", nil), ("x.", nil), ("x.-1", nil), ("x.index", nil),
      ("x.9223372036854775807", nil),
    ] as [(String, String?)])
  func relayLogsHaveNumbers(file: String, next: String?) {
    let place = ReplicaChannel.RelayLog(file: file, position: 1531)
    #expect(place.next == next.map { ReplicaChannel.RelayLog(file: $0, position: 4) })
  }

  @Test func aRowThatSaysNothingIsAStoppedChannel() {
    #expect(ReplicaChannel([:], mysql) == ReplicaChannel())
    #expect(ReplicaChannel(["Seconds_Behind_Source": "-1", "Last_IO_Errno": "x"], mysql).lag == .zero)
  }
}
