/// One channel of a replica, as the server shows it.
public struct ReplicaChannel: Sendable, Equatable {
  /// What the receiver (the I/O thread) does.
  public enum Receiver: String, Sendable, CaseIterable {
    /// It is stopped.
    case stopped = "No"
    /// It tries to reach the source.
    case connecting = "Connecting"
    /// It receives.
    case running = "Yes"
  }

  /// An error that stopped a thread, or keeps it from connecting.
  public struct Failure: Sendable, Equatable {
    /// The server's number.
    public let number: Int
    /// Its text.
    public let message: String

    /// An error.
    public init(number: Int, message: String) {
      self.number = number
      self.message = message
    }

    /// One line.
    public var description: String { "error \(number)" + (message.isEmpty ? "" : ": \(message)") }
  }

  /// A place in the relay logs.
  public struct RelayLog: Sendable, Equatable {
    /// The file's name, with a number at its end.
    public var file: String
    /// The offset.
    public var position: UInt64

    /// A place.
    public init(file: String, position: UInt64) {
      self.file = file
      self.position = position
    }

    /// The beginning of the next file; nil when the name has no number.
    public var next: RelayLog? {
      guard let dot = file.lastIndex(of: "."), let number = UInt32(file[file.index(after: dot)...]) else {
        return nil
      }
      let digits = String(UInt64(number) + 1)
      let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
      return RelayLog(file: file[...dot] + zeros + digits, position: 4)
    }
  }

  /// Empty for the default channel.
  public var name = ""
  /// Where it receives from.
  public var host = ""
  /// Its port.
  public var port = 0
  /// The account.
  public var user = ""
  /// What the source's certificate must be signed by.
  public var ca: String?
  /// The replica's own certificate.
  public var certificate: String?
  /// The key to it.
  public var key: String?
  /// It follows by GTID.
  public var isByGTID = false
  /// The receiver.
  public var receiver: Receiver = .stopped
  /// The applier (the SQL thread) works.
  public var isApplying = false
  /// Why the receiver is not receiving.
  public var receiverFailure: Failure?
  /// Why the applier is stopped.
  public var applierFailure: Failure?
  /// The applier was stopped within a transaction of which no more came, as after a receiver that had waited for room on its disk. To
  /// be started again is all that it needs (MySQL, ER_MTA_INCONSISTENT_DATA, 1756); what else is wrong it says then.
  public var wasCutShort = false
  /// What was received since the relay logs were begun; nil when the server does not say.
  public var received: GTIDPosition?
  /// The applier waits for more; false also when it does not run.
  public var hasReadAll = false
  /// Where the applier goes on.
  public var relayLog: RelayLog?
  /// How old what is being applied is; nil when the server does not know.
  public var lag: Duration?
  /// A deliberate delay.
  public var delay: Duration = .zero
  /// Something of what the source sends is left out or renamed.
  public var isFiltered = false

  /// The applier came upon something in its relay logs that is no event, as after a crash, or a disk that was full
  /// (ER_SLAVE_RELAY_LOG_READ_FAILURE, 1594; since MySQL 8.0 ER_RPL_RELAY_LOG_READ_FAILURE, 13121). Whoever sent it has it still.
  public var hasUnreadableRelayLog: Bool { [1594, 13121].contains(applierFailure?.number) }

  /// The applier stopped because there was no room for what it wrote (ER_DISK_FULL, 1021; ER_RECORD_FILE_FULL, 1114): once there is,
  /// to be started again is all that it needs.
  public var ranOutOfRoom: Bool { [1021, 1114].contains(applierFailure?.number) }

  /// A channel of which nothing is known.
  public init() {}
}

extension ReplicaChannel {
  /// Reads a row of `Dialect.channels`.
  public init(_ row: [String: String], _ dialect: Dialect) {
    func text(_ name: String) -> String? { row[dialect.column(name)] }
    func failure(_ thread: String) -> Failure? {
      guard let number = text("Last_\(thread)_Errno").flatMap({ Int($0) }), number != 0 else { return nil }
      return Failure(number: number, message: text("Last_\(thread)_Error") ?? "")
    }
    name = text("Channel_Name") ?? ""
    host = text("Source_Host") ?? ""
    port = text("Source_Port").flatMap { Int($0) } ?? 0
    user = text("Source_User") ?? ""
    func path(_ name: String) -> String? { text(name).flatMap { $0.isEmpty ? nil : $0 } }
    ca = path("Source_SSL_CA_File")
    certificate = path("Source_SSL_Cert")
    key = path("Source_SSL_Key")
    receiver = text("Replica_IO_Running").flatMap(Receiver.init(rawValue:)) ?? .stopped
    // MariaDB says "Preparing" while the receiver has not begun yet.
    if text("Replica_IO_Running") == "Preparing" { receiver = .connecting }
    isApplying = text("Replica_SQL_Running") == "Yes"
    hasReadAll = (text("Replica_SQL_Running_State") ?? "").contains("has read all relay log")
    if let file = text("Relay_Log_File"), !file.isEmpty,
      let position = text("Relay_Log_Pos").flatMap({ UInt64($0) })
    {
      relayLog = RelayLog(file: file, position: position)
    }
    receiverFailure = failure("IO")
    applierFailure = failure("SQL")
    if applierFailure?.number == 1756 {
      applierFailure = nil
      wasCutShort = true
    }
    lag = text("Seconds_Behind_Source").flatMap { Int($0) }.map { .seconds(max(0, $0)) }
    delay = .seconds(text("SQL_Delay").flatMap { Int($0) } ?? 0)
    isFiltered = Self.filters.contains { !(text($0) ?? "").isEmpty }
    if dialect.isMariaDB {
      isByGTID = ["Slave_Pos", "Current_Pos"].contains(row["Using_Gtid"] ?? "")
      received = row["Gtid_IO_Pos"].flatMap { MariaDBHistory($0) }.map(GTIDPosition.mariadb)
    } else {
      isByGTID = row["Auto_Position"] == "1"
      received = row["Retrieved_Gtid_Set"].flatMap { GTIDSet($0) }.map(GTIDPosition.mysql)
    }
  }

  private static let filters = [
    "Replicate_Do_DB", "Replicate_Ignore_DB", "Replicate_Do_Table", "Replicate_Ignore_Table",
    "Replicate_Wild_Do_Table", "Replicate_Wild_Ignore_Table", "Replicate_Ignore_Server_Ids",
    "Replicate_Rewrite_DB", "Replicate_Do_Domain_Ids", "Replicate_Ignore_Domain_Ids",
  ]
}
