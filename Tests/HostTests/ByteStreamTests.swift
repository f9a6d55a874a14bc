import TestSupport
import Testing

@testable import Host

@Suite struct ByteStreamTests {
  /// A listener on a port that nobody else has, and one end of a connection to it.
  private func connected() throws -> (listener: StreamListener, near: ByteStream, far: ByteStream) {
    let deadline = Deadline(after: .seconds(5))
    for port in 45_100..<45_200 {
      guard let listener = try? StreamListener(port: port) else { continue }
      let near = try ByteStream.connect(to: "127.0.0.1", port: port, until: deadline)
      return (listener, near, try #require(try listener.accept(until: deadline)))
    }
    throw HostError(reason: "no port is free")
  }

  /// A line is taken, and what follows is left for the program that is given the stream.
  @Test func aLineAndThenAProgram() throws {
    let (_, near, far) = try connected()
    let deadline = Deadline(after: .seconds(10))
    var source = Command("/bin/echo", ["-n", "the rest"])
    source.sink = near
    try near.write("hello\n")
    #expect(try source.run(until: deadline).output.isEmpty)
    #expect(far.readLine(limit: 20, until: deadline) == "hello")
    var sink = Command("/usr/bin/head", ["-c", "8"])
    sink.source = far
    #expect(try sink.run(until: deadline).output == "the rest")
  }

  @Test func aLineThatIsTooLongOrDoesNotComeIsNone() throws {
    let (_, near, far) = try connected()
    #expect(far.readLine(limit: 20, until: Deadline(after: .milliseconds(50))) == nil)
    try near.write("0123456789\n")
    #expect(far.readLine(limit: 5, until: Deadline(after: .seconds(5))) == nil)
  }

  @Test func whoIsNotThereIsNamed() throws {
    let (listener, _, _) = try connected()
    #expect(try listener.accept(until: Deadline(after: .milliseconds(50))) == nil)
    #expect(throws: HostError.self) {
      try ByteStream.connect(to: "127.0.0.1", port: 1, until: Deadline(after: .seconds(1)))
    }
    // ADDRNOTAVAIL stands for a name that is no host's.
    let problem = "nobody.invalid:4444: cannot be reached (Cannot assign requested address)"
    #expect(throws: HostError(reason: problem, errno: 99)) {
      try ByteStream.connect(to: "nobody.invalid", port: 4444, until: Deadline(after: .seconds(1)))
    }
  }

  /// So that somebody can tell how far a quiet program is.
  @Test func aQuietProgramIsWatchedToo() throws {
    var calls = 0
    let command = Command("/bin/sleep", ["0.3"])
    _ = try command.run(until: Deadline(after: .seconds(10)), every: .milliseconds(50)) { _ in calls += 1 }
    #expect((2...6).contains(calls))
  }
}
