internal import CPosix
internal import Glibc

/// A program to run, without a shell.
public struct Command: Sendable {
  /// The absolute path of the program.
  public var executable: String
  /// What follows the program's name in argv.
  public var arguments: [String]
  /// Added to the default environment: PATH, LC_ALL=C and, with a user, HOME, USER and LOGNAME.
  public var environment: [String: String]
  /// Who runs it; nil is whoever this process acts as.
  public var user: User?
  /// Where it runs; nil is where this process is.
  public var directory: String?
  /// What it reads from its standard input, which is /dev/null if this is empty.
  public var input: [UInt8]
  /// What it reads from instead.
  public var source: ByteStream?
  /// What it writes its standard output to, which is then no part of the result.
  public var sink: ByteStream?
  /// How much it may write to each of its two outputs before it is killed, in bytes.
  public var outputLimit = 1 << 20

  /// A program by its absolute path, and what it is given.
  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:], user: User? = nil,
    directory: String? = nil, input: [UInt8] = []
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.user = user
    self.directory = directory
    self.input = input
  }

  /// Runs the program to its end, in a process group of its own.
  ///
  /// What it started may go on and may even hold its outputs: only the end of the program itself is awaited. Shortly
  /// before the deadline, or when it writes too much, the whole group gets SIGTERM, then SIGKILL. It is also killed
  /// when this process dies.
  /// - Parameters:
  ///   - interval: `watching` is also called when nothing was written for this long.
  ///   - watching: is given what the program has written to its standard error so far, each time that it grew.
  ///   - meanwhile: is done while the program runs; its end is looked at after that only.
  public func run(
    until deadline: Deadline, every interval: Duration? = nil, watching: (([UInt8]) -> Void)? = nil,
    meanwhile: () -> Void = {}
  ) throws(CommandError) -> CommandResult {
    guard !deadline.isPast else { throw .timedOut(executable: executable, after: .zero) }
    var child = try RunningChild(self, until: deadline)
    meanwhile()
    return try child.finish(every: interval, watching: watching)
  }

  /// Starts the program as a daemon: in a session of its own, reading /dev/null, its outputs appended to `log`.
  ///
  /// The log is opened by the user the program runs as, mode 0600; a symbolic link in its place is refused.
  /// - Parameter limit: how long that may take; only a log or a program on a storage that does not answer takes long.
  /// - Returns: the process id, once the program has taken the place of its starter. It is not waited for.
  public func launch(log: String, within limit: Duration = .seconds(10)) throws(CommandError) -> Int32 {
    let starting = try Start(self, input: nullDevice(), output: nil, errors: nil, log: log)
    let deadline = Deadline(after: limit)
    while true {
      switch starting.progress() {
      case .running:
        return starting.pid
      case .failed(let error):
        waitpid(starting.pid, nil, 0)
        throw error
      case .pending:
        guard !deadline.isPast else {
          kill(starting.pid, SIGKILL)
          waitpid(starting.pid, nil, WNOHANG)
          throw .timedOut(executable: executable, after: limit)
        }
        wait(reading: [starting.status], until: deadline)
      }
    }
  }

  func nullDevice() throws(CommandError) -> Descriptor {
    switch Descriptor.open("/dev/null", O_RDWR) {
    case .success(let descriptor): return descriptor
    case .failure(let code): throw cannotStart("cannot open /dev/null", code.number)
    }
  }

  func pipe() throws(CommandError) -> (read: Descriptor, write: Descriptor) {
    switch Descriptor.pipe() {
    case .success(let ends): return ends
    case .failure(let code): throw cannotStart("cannot open a pipe", code.number)
    }
  }

  func cannotStart(_ problem: String, _ errno: Int32) -> CommandError {
    .cannotStart(executable: executable, reason: "\(problem) (\(systemText(errno)))", errno: errno)
  }

  /// NAME=VALUE, in the order of the names.
  var fullEnvironment: [String] {
    var all = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
    if let user {
      all["HOME"] = user.home
      all["USER"] = user.name
      all["LOGNAME"] = user.name
    }
    all.merge(environment) { _, added in added }
    return all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }
}
