internal import Glibc

/// Something about this machine that could not be read or changed.
public struct HostError: Error, Equatable, Sendable {
  /// One line: what, what is wrong, and the system's words for it.
  public let reason: String
  /// The system's error number, if it was the system that refused.
  public let errno: Int32?

  /// An error in our own words.
  public init(reason: String, errno: Int32? = nil) {
    self.reason = reason
    self.errno = errno
  }

  /// "OBJECT: PROBLEM (No such file or directory)".
  init(_ object: String, _ problem: String, errno: Int32) {
    self.init(reason: "\(object): \(problem) (\(systemText(errno)))", errno: errno)
  }
}

func systemText(_ number: Int32) -> String {
  guard let text = strerror(number) else { return "error \(number)" }
  return String(cString: text)
}

/// Repeats a system call while a signal interrupts it. The result is the call's own, or nil and the errno.
func retrying<R: SignedInteger>(_ call: () -> R) -> Result<R, SystemCode> {
  while true {
    let result = call()
    if result >= 0 { return .success(result) }
    let code = errno
    if code != EINTR { return .failure(SystemCode(number: code)) }
  }
}

/// An errno, carried out of a call before anything can change it.
struct SystemCode: Error {
  let number: Int32
}
