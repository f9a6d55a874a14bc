internal import CPosix
internal import Glibc

/// A child from its fork to its end: feeds it, reads it, and stops it when it must be.
struct RunningChild {
  private let start: Start
  private let command: Command
  private let limit: Duration
  /// When SIGTERM is sent, and when SIGKILL.
  private let terminateAt: Deadline
  private let deadline: Deadline
  /// nil where the kernel has no pidfd: the child is then looked at every few milliseconds.
  private let exit: Descriptor?
  private var isStarting = true
  private var input: (end: Descriptor, rest: ArraySlice<UInt8>)?
  private var output: OutputStream
  private var errors: OutputStream

  init(_ command: Command, until deadline: Deadline) throws(CommandError) {
    self.command = command
    self.deadline = deadline
    limit = deadline.remaining
    terminateAt = deadline.less(min(.milliseconds(250), limit / 10))
    let outputEnds = try command.pipe()
    let errorEnds = try command.pipe()
    let childInput: Descriptor
    if let source = command.source {
      childInput = source.descriptor
    } else if command.input.isEmpty {
      childInput = try command.nullDevice()
    } else {
      // A program that does not read what it is given must not end this one.
      signal(SIGPIPE, SIG_IGN)
      let ends = try command.pipe()
      ends.write.setNonblocking()
      childInput = ends.read
      input = (ends.write, command.input[...])
    }
    start = try Start(
      command, input: childInput, output: command.sink?.descriptor ?? outputEnds.write,
      errors: errorEnds.write)
    exit = Descriptor.process(start.pid)
    output = OutputStream(outputEnds.read, limit: command.outputLimit)
    errors = OutputStream(errorEnds.read, limit: command.outputLimit)
  }

  mutating func finish(every interval: Duration?, watching: (([UInt8]) -> Void)?) throws(CommandError)
    -> CommandResult
  {
    var seen = 0
    var next = interval.map { Deadline(after: $0) }
    while !hasEnded {
      try lookAtStart()
      if output.isOverLimit || errors.isOverLimit {
        throw stop(.tooMuchOutput(executable: command.executable, limit: command.outputLimit))
      }
      if terminateAt.isPast { throw stop(.timedOut(executable: command.executable, after: limit)) }
      waitForNews(until: interval.map { terminateAt.earlier($0) } ?? terminateAt)
      exchange()
      if let watching, errors.bytes.count > seen || next?.isPast ?? false {
        seen = errors.bytes.count
        next = interval.map { Deadline(after: $0) }
        watching(errors.bytes)
      }
    }
    try lookAtStart()
    // What it wrote before its end is in the pipes; an end of file may never come, if a daemon holds them.
    output.drain()
    errors.drain()
    var status: Int32 = 0
    waitpid(start.pid, &status, 0)
    guard !output.isOverLimit, !errors.isOverLimit else {
      throw .tooMuchOutput(executable: command.executable, limit: command.outputLimit)
    }
    let ending: CommandResult.Ending =
      cposix_exited(status) ? .exited(cposix_exit_code(status)) : .signaled(cposix_end_signal(status))
    return CommandResult(ending: ending, output: output.bytes, errors: errors.bytes)
  }

  /// It stays a zombie, and its process group its own, until it is reaped.
  private var hasEnded: Bool {
    cposix_has_ended(start.pid)
  }

  private mutating func lookAtStart() throws(CommandError) {
    guard isStarting else { return }
    switch start.progress() {
    case .pending: return
    case .running: isStarting = false
    case .failed(let error):
      waitpid(start.pid, nil, 0)
      throw error
    }
  }

  private func waitForNews(until deadline: Deadline) {
    let reading = [exit, isStarting ? start.status : nil, output.end, errors.end].compactMap { $0 }
    let next = exit == nil ? deadline.earlier(.milliseconds(10)) : deadline
    wait(reading: reading, writing: input.map { [$0.end] } ?? [], until: next)
  }

  private mutating func exchange() {
    output.readOnce()
    errors.readOnce()
    guard let (end, rest) = input else { return }
    switch end.write(rest) {
    case .success(let count) where count < rest.count: input = (end, rest.dropFirst(count))
    case .failure(let code) where code.number == EAGAIN: break
    case .success, .failure: input = nil
    }
  }

  /// Ends the whole group, reaps the child, and says what to report.
  private mutating func stop(_ error: CommandError) -> CommandError {
    kill(-start.pid, SIGTERM)
    let grace = deadline.earlier(.milliseconds(250))
    while !hasEnded, !grace.isPast {
      waitForNews(until: grace)
      output.discard()
      errors.discard()
    }
    kill(-start.pid, SIGKILL)
    // The deadline is over; but SIGKILL needs a moment, and an unreaped child would be left behind.
    let patience = Deadline(after: .seconds(1))
    while !hasEnded {
      guard !patience.isPast else { return .unkillable(executable: command.executable, pid: start.pid) }
      wait(
        reading: exit.map { [$0] } ?? [], until: exit == nil ? patience.earlier(.milliseconds(10)) : patience)
    }
    waitpid(start.pid, nil, 0)
    return error
  }
}

/// One output of a child.
private struct OutputStream {
  /// nil after the end of file.
  private(set) var end: Descriptor?
  private(set) var bytes: [UInt8] = []
  private let limit: Int

  init(_ end: Descriptor, limit: Int) {
    end.setNonblocking()
    self.end = end
    self.limit = limit
  }

  var isOverLimit: Bool { bytes.count > limit }

  /// Whether there may be more.
  @discardableResult mutating func readOnce() -> Bool {
    guard let end else { return false }
    switch end.read(into: &bytes) {
    case .bytes: return true
    case .nothingNow: return false
    case .end, .failed:
      self.end = nil
      return false
    }
  }

  mutating func drain() {
    while !isOverLimit, readOnce() {}
  }

  /// Makes room in the pipe, so that a child in its last moments is not held up by it.
  mutating func discard() {
    readOnce()
    bytes = []
  }
}
