internal import Host
internal import PostgreSQLFacts
internal import ReplicationActions

/// Whether a copy of the primary has room on this node, and where.
struct RoomForCopy {
  private let rejoiner: WALRejoiner
  private let directory: CloneDirectory
  /// Bytes that a copy will need.
  private let needed: UInt64

  init(rejoiner: WALRejoiner) throws(RejoinError) {
    self.rejoiner = rejoiner
    directory = rejoiner.context.cloneDirectory
    // A role that may only replicate is not let into any database: what is here is about what is there.
    let rows = try? rejoiner.presentPrimary().query(
      "SELECT sum(pg_database_size(oid))::bigint AS size FROM pg_database")
    let size = rows?.first?["size"].flatMap { UInt64($0) } ?? directory.size ?? 0
    // What is written meanwhile comes with it.
    needed = size + size / 10 + (256 << 20)
  }

  /// Why the data directory cannot be replaced; nil if it can.
  func obstacle() throws(RejoinError) -> String? {
    let instance = rejoiner.context.instance
    let here = try rejoiner.touching { () throws(HostError) in try Files.list(instance.path("pg_tblspc")) }
    let there =
      (try? rejoiner.presentPrimary().query(
        "SELECT 1 FROM pg_tablespace WHERE pg_tablespace_location(oid) <> ''")) ?? []
    if !here.isEmpty || !there.isEmpty {
      return "there are tablespaces outside the data directory; needs a copy by hand"
    }
    if Files.isSymbolicLink(instance.path("pg_wal")) {
      return "pg_wal is a symbolic link; needs a copy by hand"
    }
    return nil
  }

  /// Why there cannot be two copies; nil if there can.
  func besideObstacle() throws(RejoinError) -> String? {
    if Files.isMountPoint(directory.original) {
      return
        "\(directory.original) is a mount point, and cannot be renamed; needs reclone_in_place=true, or a directory in it"
    }
    let free = try directory.touching { () throws(HostError) in try Files.freeSpace(directory.parent) }
    if free < needed {
      return
        "\(directory.parent): has \(free >> 20) MiB of space left, a copy beside the old data needs \(needed >> 20) MiB; needs space, or reclone_in_place=true"
    }
    return nil
  }

  /// Whether it has room once the old data is gone.
  func hasRoomInPlace() throws(RejoinError) -> Bool {
    let free = try directory.touching { () throws(HostError) in try Files.freeSpace(directory.original) }
    if free >= needed { return true }
    guard let own = directory.size else { return false }
    return free + own >= needed
  }
}
