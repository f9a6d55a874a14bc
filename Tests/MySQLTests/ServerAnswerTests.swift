import MySQLFacts
import Testing

private let source = "26c0b933-e829-11f1-bd0a-02fc00000001"
private let own = "33cb3492-e829-11f1-9705-02fc00000001"
private let mysql = ServerVersion(.mysql, 9, 7, 4)
private let mariadb = ServerVersion(.mariadb, 10, 11, 19)

/// The rows of `Dialect.look`, as the servers gave them.
private let mysqlLook = [
  "read_only": "1", "server_id": "2", "port": "13902", "log_bin": "1", "log_updates": "1",
  "super_read_only": "1", "offline": "0", "uuid": own, "gtid_mode": "ON",
  "executed": "\(source):1-7,\n\(own):1",
]
private let mariadbLook = [
  "read_only": "1", "server_id": "2", "port": "13912", "log_bin": "1", "log_updates": "1",
  "binlog_state": "0-1-7,0-2-8", "slave_pos": "0-2-8", "current_pos": "0-2-8", "strict": "1",
  "semi_sync": "0",
]

@Suite struct ServerAnswerTests {
  private func read(
    _ changes: [String: String] = [:], without column: String? = nil, of version: ServerVersion = mysql,
    channels: [[String: String]] = [], prepared: [String] = []
  ) -> ServerAnswer? {
    var look = version.family == .mysql ? mysqlLook : mariadbLook
    for (name, value) in changes { look[name] = value }
    if let column { look[column] = nil }
    return ServerAnswer(version: version, look: look, channels: channels, prepared: prepared)
  }

  @Test func readsMySQL() throws {
    let answer = try #require(read(prepared: ["0x783162"]))
    #expect(answer.version == mysql)
    #expect(answer.isReadOnly && answer.isSuperReadOnly && !answer.isOffline)
    #expect(answer.identity == .mysql(try #require(SourceUUID(own))))
    #expect(answer.executed == GTIDPosition("mysql/\(source):1-7,\(own):1"))
    #expect(answer.port == 13902)
    #expect(answer.channels == [] && answer.channel == nil)
    #expect(answer.prepared == ["0x783162"])
    #expect(answer.hasGTIDs && answer.hasBinaryLog && answer.logsUpdates)
    #expect(answer.obstacles == [])
  }

  @Test func readsMariaDB() throws {
    let answer = try #require(read(of: mariadb, prepared: ["'x1','b',7"]))
    #expect(answer.isReadOnly && answer.isSuperReadOnly && !answer.isOffline)
    #expect(answer.identity == .mariadb(2))
    #expect(answer.executed == GTIDPosition("mariadb/0-1-7,0-2-8"))
    #expect(answer.port == 13912)
    #expect(answer.prepared == ["'x1','b',7"])
    #expect(answer.hasGTIDs && answer.obstacles == [])
  }

  @Test func readOnlyIsNotSuperReadOnlyForMySQL() throws {
    let answer = try #require(read(["super_read_only": "0", "offline": "1"]))
    #expect(answer.isReadOnly && !answer.isSuperReadOnly && answer.isOffline)
  }

  /// MariaDB 12 has NO_LOCK and NO_LOCK_NO_ADMIN, too.
  @Test(arguments: [
    ("0", false), ("OFF", false), ("1", true), ("ON", true), ("NO_LOCK", true), ("NO_LOCK_NO_ADMIN", true),
  ])
  func mariaDBHasSeveralWordsForReadOnly(word: String, isReadOnly: Bool) {
    let answer = read(["read_only": word], of: mariadb)
    #expect(answer?.isReadOnly == isReadOnly && answer?.isSuperReadOnly == isReadOnly)
  }

  /// A server that was made from a copy has an empty binary log.
  @Test func whatACopyHasIsInItsSlavePosition() {
    #expect(
      read(["binlog_state": "", "slave_pos": "0-1-7", "current_pos": "0-1-7"], of: mariadb)?.executed
        == GTIDPosition("mariadb/0-1-7"))
    #expect(
      read(["binlog_state": "", "slave_pos": "", "current_pos": ""], of: mariadb)?.executed
        == GTIDPosition("mariadb/"))
  }

  @Test(arguments: ["read_only", "uuid", "executed"]) func withoutItMySQLHasNotAnswered(column: String) {
    #expect(read(without: column) == nil)
  }

  @Test(arguments: ["read_only", "server_id", "binlog_state", "slave_pos", "current_pos"])
  func withoutItMariaDBHasNotAnswered(column: String) {
    #expect(read(without: column, of: mariadb) == nil)
  }

  @Test(arguments: [("uuid", "x"), ("executed", "0-1-7"), ("executed", "\(source):0")])
  func norWithGarbage(column: String, value: String) {
    #expect(read([column: value]) == nil)
  }

  @Test(arguments: ["port", "super_read_only", "offline", "gtid_mode", "log_bin", "log_updates", "server_id"])
  func theRestMayBeMissing(column: String) {
    #expect(read(without: column) != nil)
    #expect(read(without: column)?.isSuperReadOnly == (column != "super_read_only"))
  }

  @Test func aPeerSaysLess() throws {
    let history = try #require(
      ServerAnswer.history(["uuid": own, "read_only": "0", "executed": "\(source):1-7"], .mysql))
    #expect(history.identity == .mysql(try #require(SourceUUID(own))))
    #expect(history.executed == GTIDPosition("mysql/\(source):1-7"))
    #expect(ServerAnswer.history(mysqlLook, .mariadb) == nil)
    #expect(ServerAnswer.history(mariadbLook, .mysql) == nil)
  }

  @Test(
    arguments: [
      (["log_bin": "0"], [.noBinaryLog]), (["gtid_mode": "ON_PERMISSIVE"], [.noGTID]),
      (["gtid_mode": "OFF"], [.noGTID]), (["log_updates": "0"], [.noReplicaUpdates]),
      (
        ["log_updates": "0", "log_bin": "0", "gtid_mode": "OFF"], [.noBinaryLog, .noGTID, .noReplicaUpdates]
      ),
    ] as [([String: String], [ServerAnswer.Obstacle])])
  func obstaclesInTheServersSettings(changes: [String: String], obstacles: [ServerAnswer.Obstacle]) {
    #expect(read(changes)?.obstacles == obstacles)
  }

  @Test func obstaclesInTheChannels() throws {
    let replicating = try Samples.row("mysql-9.7-replicating.txt")
    let delayed = try Samples.row("mysql-9.7-connecting.txt")
    #expect(read(channels: [replicating])?.obstacles == [])
    #expect(read(channels: [delayed])?.obstacles == [.filtered, .delayed])
    #expect(read(channels: [replicating, replicating])?.obstacles == [.manySources])
    // A filter on any channel leaves something out.
    #expect(read(channels: [replicating, delayed])?.obstacles == [.manySources, .filtered, .delayed])
  }

  @Test func everythingIsWhatWasReceived() throws {
    var answer = try #require(read(channels: [try Samples.row("mysql-9.7-broken.txt")]))
    #expect(answer.everything == GTIDPosition("mysql/\(source):1-9,\(own):1"))
    #expect(!answer.hasAppliedAll)
    answer.executed = try #require(GTIDPosition("mysql/\(source):1-9"))
    #expect(answer.everything == answer.executed && answer.hasAppliedAll)
    answer.channels = []
    #expect(answer.everything == answer.executed && answer.hasAppliedAll)
  }

  @Test func soItIsForMariaDB() throws {
    var answer = try #require(
      read(of: mariadb, channels: [try Samples.row("mariadb-10.11-broken.txt")]))
    #expect(answer.everything == GTIDPosition("mariadb/0-1-9,0-2-8"))
    #expect(!answer.hasAppliedAll)
    answer.channels[0].received = GTIDPosition("mariadb/0-1-7")
    #expect(answer.hasAppliedAll)
  }

  /// Read by position, a MariaDB channel does not say what it has received.
  @Test func aMariaDBChannelByPositionHasAppliedAllWhenItHasReadAll() throws {
    var answer = try #require(
      read(of: mariadb, channels: [try Samples.row("mariadb-10.11-replicating.txt")]))
    answer.executed = try #require(GTIDPosition("mariadb/0-1-5"))
    #expect(answer.hasAppliedAll)
    answer.channels[0].hasReadAll = false
    #expect(answer.hasAppliedAll)
    answer.channels[0].isByGTID = false
    #expect(!answer.hasAppliedAll)
    answer.channels[0].hasReadAll = true
    #expect(answer.hasAppliedAll)
  }

  @Test func ofSeveralChannelsAllCount() throws {
    let channel = try Samples.row("mysql-9.7-replicating.txt")
    var other = channel
    other["Retrieved_Gtid_Set"] = "\(source):12"
    other["Channel_Name"] = "other"
    let answer = try #require(read(channels: [channel, other]))
    #expect(!answer.hasAppliedAll)
    #expect(answer.channel?.name == "" && answer.channels[1].name == "other")
  }
}
