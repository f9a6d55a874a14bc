internal import CPosix
internal import Glibc

/// A child between fork and exec.
struct Start {
  enum Progress {
    case pending
    case running
    case failed(CommandError)
  }

  let command: Command
  let log: String?
  let pid: Int32
  /// Readable when the child executes its program or has failed to.
  let status: Descriptor

  /// Forks. An output of nil goes to `log`.
  init(
    _ command: Command, input: Descriptor, output: Descriptor?, errors: Descriptor?, log: String? = nil
  ) throws(CommandError) {
    guard command.executable.hasPrefix("/") else {
      throw .cannotStart(executable: command.executable, reason: "is not an absolute path", errno: nil)
    }
    let arguments = [command.executable] + command.arguments
    let environment = command.fullEnvironment
    // A C string would end there: the program would silently get something else.
    guard !(arguments + environment + [command.directory ?? "", log ?? ""]).contains(where: \.containsNul)
    else {
      throw .cannotStart(
        executable: command.executable, reason: "an argument contains a NUL byte", errno: EINVAL)
    }
    // Only root may change groups, and who is the user already has nothing to change.
    let user = command.user.flatMap { getuid() != 0 && $0.uid == geteuid() ? nil : $0 }
    var pid: Int32 = 0
    var status: Int32 = -1
    let code = withCStrings(arguments) { arguments in
      withCStrings(environment) { environment in
        withOptionalCString(command.directory) { directory in
          withOptionalCString(log) { log in
            (user?.groups ?? []).withUnsafeBufferPointer { groups in
              var program = cposix_program(
                arguments: arguments, environment: environment,
                directory: directory, input: input.number, output: output?.number ?? -1,
                errors: errors?.number ?? -1, log: log, change_user: user != nil, uid: user?.uid ?? 0,
                gid: user?.gid ?? 0, groups: groups.baseAddress, group_count: groups.count, daemon: log != nil
              )
              return cposix_spawn(&program, &pid, &status)
            }
          }
        }
      }
    }
    guard code == 0 else { throw command.cannotStart("cannot fork", code) }
    self.command = command
    self.log = log
    self.pid = pid
    self.status = Descriptor(status)
    self.status.setNonblocking()
  }

  /// Asks once, without waiting.
  func progress() -> Progress {
    var bytes: [UInt8] = []
    switch status.read(into: &bytes, atMost: MemoryLayout<cposix_failure>.size) {
    case .nothingNow: return .pending
    case .end: return .running
    case .failed(let code): return .failed(command.cannotStart("cannot be watched", code.number))
    case .bytes: break
    }
    guard bytes.count == MemoryLayout<cposix_failure>.size else { return .running }
    let failure = bytes.withUnsafeBytes { $0.loadUnaligned(as: cposix_failure.self) }
    return .failed(command.cannotStart(problem(at: failure.stage), failure.error))
  }

  private func problem(at stage: Int32) -> String {
    switch cposix_stage(UInt32(bitPattern: stage)) {
    case CPOSIX_STAGE_GROUP: "cannot lead a process group"
    case CPOSIX_STAGE_USER: "cannot run as user \(command.user?.name ?? "(unchanged)")"
    case CPOSIX_STAGE_DIRECTORY: "cannot run in \(command.directory ?? "/")"
    case CPOSIX_STAGE_LOG: "cannot write its log \(log ?? "")"
    case CPOSIX_STAGE_DESCRIPTORS: "cannot be given its inputs and outputs"
    default: "cannot be executed"
    }
  }
}

extension String {
  fileprivate var containsNul: Bool { utf8.contains(0) }
}

/// Calls `body` with a C array of `strings`, ended by a null pointer.
private func withCStrings<R>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
  let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
  for (index, string) in strings.enumerated() { array[index] = strdup(string) }
  array[strings.count] = nil
  defer {
    for index in strings.indices { free(array[index]) }
    array.deallocate()
  }
  return body(array)
}

private func withOptionalCString<R>(_ string: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
  guard let string else { return body(nil) }
  return string.withCString(body)
}
