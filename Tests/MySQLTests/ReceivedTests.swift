import MySQLFacts
import Testing

private let source = "26c0b933-e829-11f1-bd0a-02fc00000001"
private let own = "33cb3492-e829-11f1-9705-02fc00000001"
private let mysql = ServerVersion(.mysql, 9, 7, 4)
private let mariadb = ServerVersion(.mariadb, 10, 11, 19)

@Suite struct ReceivedTests {
  /// Nothing is overdue that was received a moment ago, or is held up on purpose.
  @Test func whatShouldHaveBeenApplied() {
    var answer = Answers.server(isReadOnly: true)
    var channel = Answers.channel(isDrained: false)
    channel.lag = .seconds(31)
    answer.channels = [channel]
    #expect(answer.overdue == answer.executed.description)
    channel.lag = .seconds(29)
    answer.channels = [channel]
    #expect(answer.overdue == nil)
    channel.lag = .seconds(31)
    channel.isApplying = false
    answer.channels = [channel]
    #expect(answer.overdue == nil)
    answer.channels = [Answers.channel(isDrained: true)]
    #expect(answer.overdue == nil)
  }

  @Test func everythingIsWhatWasReceived() throws {
    var answer = try #require(readAnswer(channels: [try Samples.row("mysql-9.7-broken.txt")]))
    #expect(answer.everything == GTIDPosition("mysql/\(source):1-9,\(own):1"))
    #expect(!answer.hasAppliedAll)
    answer.executed = try #require(GTIDPosition("mysql/\(source):1-9"))
    #expect(answer.everything == answer.executed && answer.hasAppliedAll)
    answer.channels = []
    #expect(answer.everything == answer.executed && answer.hasAppliedAll)
  }

  @Test func soItIsForMariaDB() throws {
    var answer = try #require(
      readAnswer(of: mariadb, channels: [try Samples.row("mariadb-10.11-broken.txt")]))
    #expect(answer.everything == GTIDPosition("mariadb/0-1-9,0-2-8"))
    #expect(!answer.hasAppliedAll)
    answer.channels[0].received = GTIDPosition("mariadb/0-1-7")
    #expect(answer.hasAppliedAll)
  }

  /// What it wrote itself, so that it cannot apply what it received, keeps nobody from being promoted; what it received counts.
  @Test func whatKeepsAMariaDBServerFromApplyingHasNoVote() throws {
    var answer = try #require(
      readAnswer(of: mariadb, channels: [try Samples.row("mariadb-10.11-broken.txt")]))
    answer.replicated = GTIDPosition("mariadb/0-1-7")
    answer.executed = try #require(GTIDPosition("mariadb/0-1-7,0-2-9"))
    #expect(answer.everything == GTIDPosition("mariadb/0-1-9,0-2-9"))
    #expect(answer.vote == GTIDPosition("mariadb/0-1-9"))
    answer.channels[0].applierFailure = nil
    #expect(answer.vote == GTIDPosition("mariadb/0-1-9"))
    answer.executed = try #require(GTIDPosition("mariadb/0-1-7,0-2-8"))
    #expect(answer.vote == answer.everything)
  }

  /// Read by position, a MariaDB channel does not say what it has received.
  @Test func aMariaDBChannelByPositionHasAppliedAllWhenItHasReadAll() throws {
    var answer = try #require(
      readAnswer(of: mariadb, channels: [try Samples.row("mariadb-10.11-replicating.txt")]))
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
    let answer = try #require(readAnswer(channels: [channel, other]))
    #expect(!answer.hasAppliedAll)
    #expect(answer.channel?.name == "" && answer.channels[1].name == "other")
  }
}
