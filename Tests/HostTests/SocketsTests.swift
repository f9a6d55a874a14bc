import Glibc
import TestSupport
import Testing

@testable import Host

/// A Unix socket that this process listens on.
private final class Listener {
  let descriptor: Int32

  init(_ path: String, accepts: Bool = true) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let isBound = withUnsafeBytes(of: &address) { bytes in
      bind(
        descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
        socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
    }
    try #require(isBound && (!accepts || listen(descriptor, 4) == 0))
  }

  deinit { close(descriptor) }
}

@Suite struct SocketsTests {
  @Test func whoListens() throws {
    let scratch = try Scratch()
    let path = scratch.file("s")
    #expect(try Sockets.listener(at: path) == nil)
    var listener: Listener? = try Listener(path)
    #expect(try Sockets.listener(at: path) == getpid())
    #expect(Sockets.isListening(getpid(), at: path))
    #expect(!Sockets.isListening(getppid(), at: path))
    // Its file is gone, and it listens all the same.
    unlink(path)
    #expect(try Sockets.listener(at: path) == nil)
    #expect(Sockets.isListening(getpid(), at: path))
    let other = try Listener(path)
    withExtendedLifetime((listener, other)) {}
    listener = nil
    #expect(Sockets.isListening(getpid(), at: path))
  }

  @Test func nobodyListens() throws {
    let scratch = try Scratch()
    let bound = try Listener(scratch.file("bound"), accepts: false)
    try Files.writeAtomically("", to: scratch.file("file"))
    for name in ["bound", "file", "none", String(repeating: "x", count: 200)] {
      #expect(try Sockets.listener(at: scratch.file(name)) == nil)
      #expect(!Sockets.isListening(getpid(), at: scratch.file(name)))
    }
    withExtendedLifetime(bound) {}
    #expect(Sockets.peer(of: bound.descriptor) == nil && Sockets.peer(of: -1) == nil)
  }
}
