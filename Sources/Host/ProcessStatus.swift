internal import Glibc

/// What /proc says about one process at one moment.
public struct ProcessStatus: Sendable, Equatable {
  /// The process id.
  public let pid: Int32
  /// The process id of its parent.
  public let parent: Int32
  /// R running, S sleeping, D waiting for storage, T or t stopped, Z zombie, X dead (proc(5)).
  public let state: Character
  /// Clock ticks from boot to its start. With the pid, this names a process for good: pids are used again.
  public let startTime: UInt64
  /// The name of its program, cut to 15 bytes by the kernel; the process can change it.
  public let command: String
  /// Where it is; nil if this may not be seen. " (deleted)" follows a directory that was removed.
  public let workingDirectory: String?
  /// Its program; nil if this may not be seen. " (deleted)" follows a program that was replaced.
  public let executable: String?

  /// The process `pid`, zombies included; nil if there is none.
  public static func of(_ pid: Int32, proc: String = "/proc") -> ProcessStatus? {
    guard let text = try? Files.readText("\(proc)/\(pid)/stat"), let fields = parse(text) else {
      return nil
    }
    return ProcessStatus(
      pid: pid, parent: fields.parent, state: fields.state, startTime: fields.startTime,
      command: fields.command, workingDirectory: linkTarget("\(proc)/\(pid)/cwd"),
      executable: linkTarget("\(proc)/\(pid)/exe"))
  }

  /// `PID:START`, which names it for good.
  public var identity: String { "\(pid):\(startTime)" }

  /// The process with this `identity`, zombies included; nil if there is none any more.
  public static func identified(by identity: some StringProtocol) -> ProcessStatus? {
    guard let pid = Int32(identity.prefix { $0 != ":" }), let status = of(pid), status.identity == identity
    else { return nil }
    return status
  }

  /// The path of its program, also after another file has replaced that; nil if it may not be seen.
  public var program: String? {
    executable.map { isReplaced ? String($0.dropLast(Self.deleted.count)) : $0 }
  }

  /// Its program is no longer the one in that place.
  public var isReplaced: Bool { executable?.hasSuffix(Self.deleted) ?? false }

  private static let deleted = " (deleted)"

  /// Whether it has ended and only waits to be reaped.
  public var isZombie: Bool { Self.isZombie(state) }

  /// A signal or a debugger has stopped it.
  public var isStopped: Bool { state == "T" || state == "t" }

  static func isZombie(_ state: Character) -> Bool { state == "Z" || state == "X" }

  /// The name in the second field may hold spaces and parentheses: it ends at the last one.
  static func parse(_ text: String) -> (command: String, state: Character, parent: Int32, startTime: UInt64)?
  {
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else {
      return nil
    }
    let fields = text[text.index(after: close)...].split(separator: " ")
    // proc(5) counts from 1: the third field is the first one here, the start time is the twenty-second.
    guard
      fields.count >= 20, let state = fields[0].first, let parent = Int32(fields[1]),
      let startTime = UInt64(fields[19])
    else { return nil }
    return (String(text[text.index(after: open)..<close]), state, parent, startTime)
  }

  static func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return count < 0
      ? nil : String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension ProcessStatus {
  /// The processor time that a process has used; nil when it is not there.
  public static func processorTime(of pid: Int32, proc: String = "/proc") -> Duration? {
    guard let text = try? Files.readText("\(proc)/\(pid)/stat", limit: 4096),
      let close = text.lastIndex(of: ")")
    else { return nil }
    // After the command: state is field 3; utime and stime are 14 and 15 (proc(5)).
    let fields = text[text.index(after: close)...].split(separator: " ")
    guard fields.count > 12, let user = Int64(fields[11]), let system = Int64(fields[12]) else { return nil }
    let ticks = max(1, Int64(clamping: sysconf(Int32(_SC_CLK_TCK))))
    return .milliseconds((user + system) * 1000 / ticks)
  }
}
