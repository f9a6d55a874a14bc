/// How a program ended and what it wrote.
public struct CommandResult: Sendable, Equatable {
  /// How a process can end.
  public enum Ending: Sendable, Equatable {
    /// By itself, with this exit code.
    case exited(Int32)
    /// By this signal.
    case signaled(Int32)
  }

  /// How it ended.
  public let ending: Ending
  /// What it wrote to its standard output, as it is.
  public let outputBytes: [UInt8]
  /// What it wrote to its standard error, as it is.
  public let errorBytes: [UInt8]

  /// A result, as a test or a stand-in for a program may want it.
  public init(ending: Ending, output: [UInt8] = [], errors: [UInt8] = []) {
    self.ending = ending
    self.outputBytes = output
    self.errorBytes = errors
  }

  /// The standard output; what is not UTF-8 becomes U+FFFD.
  public var output: String { String(decoding: outputBytes, as: UTF8.self) }
  /// The standard error; what is not UTF-8 becomes U+FFFD.
  public var errors: String { String(decoding: errorBytes, as: UTF8.self) }
  /// Whether it exited with 0.
  public var succeeded: Bool { ending == .exited(0) }
  /// The exit code; nil when a signal ended it.
  public var exitCode: Int32? {
    if case .exited(let code) = ending { code } else { nil }
  }
}

extension CommandResult.Ending: CustomStringConvertible {
  /// "exit code 3" or "signal 9".
  public var description: String {
    switch self {
    case .exited(let code): "exit code \(code)"
    case .signaled(let signal): "signal \(signal)"
    }
  }
}

/// Why a program gave no result.
public enum CommandError: Error, Equatable, Sendable {
  /// It never ran.
  case cannotStart(executable: String, reason: String, errno: Int32?)
  /// It did not end within this time, and was killed.
  case timedOut(executable: String, after: Duration)
  /// It wrote more bytes than this to one of its outputs, and was killed.
  case tooMuchOutput(executable: String, limit: Int)
  /// It is still there after SIGKILL: the kernel is waiting for something on its behalf.
  case unkillable(executable: String, pid: Int32)
  /// It ran, and failed or answered what is not understood.
  case failed(executable: String, ending: CommandResult.Ending, message: String)

  /// One line for people.
  public var reason: String {
    switch self {
    case .cannotStart(let executable, let reason, _):
      "\(executable): \(reason)"
    case .timedOut(let executable, let limit):
      "\(executable): not finished after \(inSeconds(limit)) s, killed"
    case .tooMuchOutput(let executable, let limit):
      "\(executable): wrote more than \(limit) bytes, killed"
    case .unkillable(let executable, let pid):
      "\(executable): process \(pid) does not end on SIGKILL; its storage or network does not answer"
    case .failed(let executable, let ending, let message):
      "\(executable): \(ending)" + (message.isEmpty ? "" : " (\(message))")
    }
  }
}

/// With one decimal.
private func inSeconds(_ duration: Duration) -> String {
  let (seconds, attoseconds) = duration.components
  let tenths = seconds * 10 + (attoseconds + 50_000_000_000_000_000) / 100_000_000_000_000_000
  return "\(tenths / 10).\(tenths % 10)"
}
