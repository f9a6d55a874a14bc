import Replication

/// One entry of a server's log, with what either kind of database would write of it.
struct Entry: Equatable {
  /// Its own, whoever else is given the same names for it: what really happened.
  let number: Int
  /// The server that wrote it first, as `server_uuid` and `server_id` tell.
  let writer: UInt32
  /// The how manieth of its writer's (MySQL), or of all (MariaDB).
  let sequence: UInt64
  /// The timeline that it was written on.
  let timeline: UInt32
}

/// What a server's log holds, in order: what really happened, as opposed to what a position tells of it.
struct Log: Equatable {
  var entries: [Entry] = []

  var short: String { "\(entries.count):\(entries.last.map { String($0.number) } ?? "-")" }
  var timeline: UInt32 { entries.last?.timeline ?? 1 }

  /// Both have the same up to the end of this one.
  func isPart(of other: Log) -> Bool {
    entries.count <= other.entries.count && entries.elementsEqual(other.entries.prefix(entries.count))
  }

  func holds(_ commit: Int) -> Bool { entries.contains { $0.number == commit } }
  func prefix(_ count: Int) -> Log { Log(entries: Array(entries.prefix(count))) }
}
