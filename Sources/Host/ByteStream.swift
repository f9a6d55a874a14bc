internal import CPosix
internal import Glibc

/// A connection that a program can be given to read from or to write to.
public final class ByteStream: Sendable {
  let descriptor: Descriptor

  init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  /// Connects to a TCP port of a host. It fails when the other side is silent for half a minute. Nothing ends the search for a name:
  /// for a worker, which has time.
  public static func connect(to address: String, port: Int, until deadline: Deadline) throws(HostError)
    -> ByteStream
  {
    let number = cposix_connect_stream(
      address, UInt16(clamping: port), Int32(clamping: max(1, deadline.remaining.components.seconds) * 1000))
    guard number >= 0 else { throw HostError("\(address):\(port)", "cannot be reached", errno: errno) }
    return ByteStream(Descriptor(number))
  }

  /// Writes everything.
  public func write(_ text: String) throws(HostError) {
    if let code = descriptor.writeAll(Array(text.utf8)) {
      throw HostError("the connection", "cannot be written to", errno: code.number)
    }
  }

  /// Reads up to the end of a line, which is taken, and not a byte more; nil at the end of the stream, at the deadline, and for a line of more than
  /// `limit` bytes.
  public func readLine(limit: Int, until deadline: Deadline) -> String? {
    var line: [UInt8] = []
    while line.count <= limit, isReady(descriptor.number, for: Int16(POLLIN), until: deadline) {
      guard case .bytes = descriptor.read(into: &line, atMost: 1) else { return nil }
      if line.last == UInt8(ascii: "\n") { return String(decoding: line.dropLast(), as: UTF8.self) }
    }
    return nil
  }
}

/// A TCP port of this machine on which connections are waited for.
public final class StreamListener: Sendable {
  private let descriptor: Descriptor
  private let port: Int

  /// Listens on every address.
  public init(port: Int) throws(HostError) {
    self.port = port
    let number = cposix_listen(UInt16(clamping: port))
    guard number >= 0 else { throw HostError("port \(port)", "cannot be listened on", errno: errno) }
    descriptor = Descriptor(number)
  }

  /// The next connection; nil at the deadline. It fails when the other side is silent for half a minute.
  public func accept(until deadline: Deadline) throws(HostError) -> ByteStream? {
    guard isReady(descriptor.number, for: Int16(POLLIN), until: deadline) else { return nil }
    let number = cposix_accept(descriptor.number)
    guard number >= 0 else {
      throw HostError("port \(port)", "a connection cannot be accepted", errno: errno)
    }
    return ByteStream(Descriptor(number))
  }
}
