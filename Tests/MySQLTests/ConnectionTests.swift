import Glibc
import Host
import TestSupport
import Testing

@testable import MySQLActions

private func connect(_ address: ServerAddress, within limit: Duration = .seconds(5)) -> ConnectionError? {
  do throws(ConnectionError) {
    _ = try Connection(address, as: Account(user: "x", password: ""), within: limit, until: soon())
    return nil
  } catch {
    return error
  }
}

private let hasLibrary =
  !(connect(.socket("/nonexistent", process: nil))?.reason.hasPrefix("libmariadb cannot") ?? true)

/// A TCP port of this machine that a test has for itself.
private final class Port {
  let number: Int
  private let descriptor: Int32

  /// Nobody listens, or somebody does who never says a word.
  init(listens: Bool) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutableBytes(of: &address) { bytes in
      let generic = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      return bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
    }
    guard isBound, !listens || listen(descriptor, 8) == 0 else {
      throw HostError(reason: "no port for a test")
    }
    self.descriptor = descriptor
    number = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(descriptor) }

  var address: ServerAddress {
    .tcp(host: "127.0.0.1", port: number, ca: nil, certificate: nil, key: nil)
  }
}

@Suite(.enabled(if: hasLibrary, "needs libmariadb")) struct ConnectionTests {
  @Test func nobodyListens() throws {
    let port = try Port(listens: false)
    let error = try #require(connect(port.address))
    #expect(error == .unreachable("Can't connect to server on '127.0.0.1' (111)"))
    #expect(error.saysServerIsDown)
  }

  @Test func nobodyAnswers() throws {
    let port = try Port(listens: true)
    let start = ContinuousClock.now
    #expect(connect(port.address, within: .milliseconds(300)) == .noAnswer(.milliseconds(300)))
    #expect(start.duration(to: .now) >= .milliseconds(300))
  }

  @Test func thereIsNoSocket() {
    #expect(
      connect(.socket("/nonexistent/s", process: 1))
        == .unreachable("Can't connect to local server through socket '/nonexistent/s' (2)"))
  }

  /// The kernel tells who listens on a socket, and that must be the server that was asked for.
  @Test func anotherListensThere() throws {
    let scratch = try Scratch()
    let path = scratch.file("s")
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let isBound = withUnsafeBytes(of: &address) { bytes in
      let generic = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      return bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
    }
    try #require(isBound && listen(descriptor, 4) == 0)
    let error = try #require(connect(.socket(path, process: 1)))
    #expect(error.reason.hasPrefix("process \(getpid()) ("), "\(error.reason)")
    #expect(error.reason.hasSuffix(" listens on \(path), and the instance's is 1"))
    let limit = Duration.milliseconds(300)
    #expect(connect(.socket(path, process: getpid()), within: limit) == .noAnswer(limit))
  }
}
