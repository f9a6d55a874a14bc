import MySQLFacts
import Testing

private let source = "26c0b933-e829-11f1-bd0a-02fc00000001"
private let own = "33cb3492-e829-11f1-9705-02fc00000001"
private let mysql = ServerVersion(.mysql, 9, 7, 4)
private let mariadb = ServerVersion(.mariadb, 10, 11, 19)

@Suite struct ServerAnswerTests {
  @Test func readsMySQL() throws {
    let answer = try #require(readAnswer(prepared: ["0x783162"]))
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
    let answer = try #require(readAnswer(of: mariadb, prepared: ["'x1','b',7"]))
    #expect(answer.isReadOnly && answer.isSuperReadOnly && !answer.isOffline)
    #expect(answer.identity == .mariadb(2))
    #expect(answer.executed == GTIDPosition("mariadb/0-1-7,0-2-8"))
    #expect(answer.port == 13912)
    #expect(answer.prepared == ["'x1','b',7"])
    #expect(answer.hasGTIDs && answer.obstacles == [])
  }

  @Test func readOnlyIsNotSuperReadOnlyForMySQL() throws {
    let answer = try #require(readAnswer(["super_read_only": "0", "offline": "1"]))
    #expect(answer.isReadOnly && !answer.isSuperReadOnly && answer.isOffline)
  }

  @Test func fullIsWhatTheServerSays() throws {
    for (value, isFull) in [("0", false), ("1", true)] {
      #expect(try #require(readAnswer(["full": value])).isFull == isFull)
    }
    // The performance schema may be switched off.
    #expect(!(try #require(readAnswer()).isFull))
  }

  /// MariaDB 12 has NO_LOCK and NO_LOCK_NO_ADMIN, too.
  @Test(arguments: [
    ("0", false), ("OFF", false), ("1", true), ("ON", true), ("NO_LOCK", true), ("NO_LOCK_NO_ADMIN", true),
  ])
  func mariaDBHasSeveralWordsForReadOnly(word: String, isReadOnly: Bool) {
    let answer = readAnswer(["read_only": word], of: mariadb)
    #expect(answer?.isReadOnly == isReadOnly && answer?.isSuperReadOnly == isReadOnly)
  }

  /// A server that was made from a copy has an empty binary log.
  @Test func whatACopyHasIsInItsSlavePosition() {
    #expect(
      readAnswer(["binlog_state": "", "slave_pos": "0-1-7", "current_pos": "0-1-7"], of: mariadb)?.executed
        == GTIDPosition("mariadb/0-1-7"))
    #expect(
      readAnswer(["binlog_state": "", "slave_pos": "", "current_pos": ""], of: mariadb)?.executed
        == GTIDPosition("mariadb/"))
  }

  @Test(arguments: ["read_only", "uuid", "executed"]) func withoutItMySQLHasNotAnswered(column: String) {
    #expect(readAnswer(without: column) == nil)
  }

  @Test(arguments: ["read_only", "server_id", "binlog_state", "slave_pos", "current_pos"])
  func withoutItMariaDBHasNotAnswered(column: String) {
    #expect(readAnswer(without: column, of: mariadb) == nil)
  }

  @Test(arguments: [("uuid", "x"), ("executed", "0-1-7"), ("executed", "\(source):0")])
  func norWithGarbage(column: String, value: String) {
    #expect(readAnswer([column: value]) == nil)
  }

  @Test(arguments: ["port", "super_read_only", "offline", "gtid_mode", "log_bin", "log_updates", "server_id"])
  func theRestMayBeMissing(column: String) {
    #expect(readAnswer(without: column) != nil)
    #expect(readAnswer(without: column)?.isSuperReadOnly == (column != "super_read_only"))
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
    #expect(readAnswer(changes)?.obstacles == obstacles)
  }

  @Test func obstaclesInTheChannels() throws {
    let replicating = try Samples.row("mysql-9.7-replicating.txt")
    let delayed = try Samples.row("mysql-9.7-connecting.txt")
    #expect(readAnswer(channels: [replicating])?.obstacles == [])
    #expect(readAnswer(channels: [delayed])?.obstacles == [.filtered, .delayed])
    #expect(readAnswer(channels: [replicating, replicating])?.obstacles == [.manySources])
    // A filter on any channel leaves something out.
    #expect(readAnswer(channels: [replicating, delayed])?.obstacles == [.manySources, .filtered, .delayed])
  }
}
