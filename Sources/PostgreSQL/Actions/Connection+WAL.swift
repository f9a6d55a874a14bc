internal import CLibPQ
internal import Host
internal import PostgreSQLFacts

extension Connection {
  /// How `timeline` began, at `place`, on the server at the other end of a replication connection, which has that much of it; nil
  /// if it does not have it any more. The connection is of no use afterwards.
  borrowing func beginning(of timeline: Timeline, at place: LSN, until outer: Deadline)
    throws(ConnectionError)
    -> WALBeginning?
  {
    let deadline = outer.earlier(limit)
    try send("START_REPLICATION PHYSICAL \(place) TIMELINE \(timeline)", until: deadline)
    while library.pointee.isBusy(handle) == 1 { try receive(until: deadline) }
    guard let result = library.pointee.getResult(handle) else { throw broken() }
    defer { library.pointee.clear(result) }
    guard library.pointee.resultStatus(result) == PGRES_COPY_BOTH else { throw error(of: result) }
    var bytes: [UInt8] = []
    let length = WALBeginning.length(at: place)
    while bytes.count < length {
      guard let message = try message(until: deadline) else { break }
      // XLogData: 'w', then three numbers of 8 bytes (manual, "Streaming Replication Protocol").
      if message.first == UInt8(ascii: "w") { bytes += message.dropFirst(25) }
    }
    return WALBeginning(Array(bytes.prefix(length)), at: place)
  }

  /// The next message of a copy; nil at its end.
  private borrowing func message(until deadline: Deadline) throws(ConnectionError) -> [UInt8]? {
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let count = library.pointee.copyData(handle, &buffer, 1)
      if count > 0, let buffer {
        defer { library.pointee.freeMemory(buffer) }
        return UnsafeRawBufferPointer(start: buffer, count: Int(count)).map { $0 }
      }
      if count == -1 { return nil }
      guard count == 0 else { throw broken() }
      try receive(until: deadline)
    }
  }
}
