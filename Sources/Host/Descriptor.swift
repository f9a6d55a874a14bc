internal import CPosix
internal import Glibc

/// An open file descriptor, closed when the last reference to it goes.
final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }

  static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) -> Result<Descriptor, SystemCode> {
    retrying { cposix_open(path, flags, mode) }.map(Descriptor.init)
  }

  /// nil where the kernel has none or the process is gone.
  static func process(_ pid: Int32) -> Descriptor? {
    let number = cposix_pidfd_open(pid)
    return number < 0 ? nil : Descriptor(number)
  }

  static func pipe() -> Result<(read: Descriptor, write: Descriptor), SystemCode> {
    var readEnd: Int32 = -1
    var writeEnd: Int32 = -1
    let code = cposix_pipe(&readEnd, &writeEnd)
    guard code == 0 else { return .failure(SystemCode(number: code)) }
    return .success((Descriptor(readEnd), Descriptor(writeEnd)))
  }

  func setNonblocking() {
    _ = cposix_set_nonblocking(number)
  }

  enum Chunk {
    case bytes(Int)
    case nothingNow
    case end
    case failed(SystemCode)
  }

  /// Appends at most one chunk of what can be read to `bytes`.
  func read(into bytes: inout [UInt8], atMost count: Int = 65536) -> Chunk {
    var result = Result<Int, SystemCode>.success(0)
    // Not filled with zeros first: most files that are read are far smaller than what is offered.
    let chunk = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
      result = retrying { Glibc.read(number, buffer.baseAddress, count) }
      length = (try? result.get()) ?? 0
    }
    switch result {
    case .success(0):
      return .end
    case .success(let length):
      bytes.append(contentsOf: chunk)
      return .bytes(length)
    case .failure(let code):
      return code.number == EAGAIN || code.number == EWOULDBLOCK ? .nothingNow : .failed(code)
    }
  }

  func write(_ bytes: ArraySlice<UInt8>) -> Result<Int, SystemCode> {
    bytes.withUnsafeBytes { buffer in
      retrying { Glibc.write(number, buffer.baseAddress, buffer.count) }
    }
  }

  /// Writes everything to a blocking descriptor.
  func writeAll(_ bytes: [UInt8]) -> SystemCode? {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch write(rest) {
      case .success(let count): rest = rest.dropFirst(count)
      case .failure(let code): return code
      }
    }
    return nil
  }
}

/// Waits until one of `descriptors` has something to tell, or the deadline. Errors and signals just end the wait.
func wait(reading: [Descriptor], writing: [Descriptor] = [], until deadline: Deadline) {
  var set = reading.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
  set += writing.map { pollfd(fd: $0.number, events: Int16(POLLOUT), revents: 0) }
  poll(&set, nfds_t(set.count), deadline.pollTimeout)
}
