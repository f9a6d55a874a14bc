internal import CPosix
internal import Glibc

/// The log for people, where resource agents put it: syslog and HA_LOGFILE in a cluster, the terminal by hand.
///
/// Follows resource-agents' ha_log: HA_LOGFACILITY ("none": no syslog), HA_LOGFILE, HA_debug and HA_DEBUGLOG. Unlike
/// there, no facility means "daemon". Nothing written here can fail or wait: the log is not worth an action.
public struct Log: Sendable {
  /// How much a line matters. Debug lines are written only if HA_debug says so.
  public enum Level: String, Sendable {
    /// Something that affects the service.
    case error = "ERROR"
    /// Something that may.
    case warning = "WARNING"
    /// An important event that went well.
    case notice = "NOTICE"
    /// What was done.
    case info = "INFO"
    /// What was found on the way.
    case debug = "DEBUG"

    /// syslog(3)'s severity.
    var severity: Int32 {
      switch self {
      case .error: 3
      case .warning: 4
      case .notice: 5
      case .info: 6
      case .debug: 7
      }
    }
  }

  private let tag: String
  private let facility: Int32
  private let writesDebug: Bool
  private let isInteractive: Bool
  // Opened once: a line may be written while the process acts as a user who may not open them.
  private let syslog: Descriptor?
  private let file: Descriptor?
  private let debugFile: Descriptor?

  /// Opens the log of an agent's instance, as `environment` says. `isInteractive` is whether someone looks at it.
  public init(agent: String, instance: String, environment: [String: String]) {
    self.init(
      agent: agent, instance: instance, environment: environment,
      isInteractive: isatty(STDIN_FILENO) == 1 || isatty(STDERR_FILENO) == 1)
  }

  init(
    agent: String, instance: String, environment: [String: String], isInteractive: Bool,
    syslogSocket: String = "/dev/log"
  ) {
    let name = instance.isEmpty ? agent : "\(agent):\(instance)"
    tag = LogLine.harmless("martlet(\(name))[\(getpid())]")
    let wanted = environment["HA_LOGFACILITY"] ?? ""
    facility = LogLine.facility(wanted)
    writesDebug = !["", "0"].contains(environment["HA_debug"] ?? "")
    self.isInteractive = isInteractive
    syslog = isInteractive || wanted == "none" ? nil : Self.connect(syslogSocket)
    file = isInteractive ? nil : Self.open(environment["HA_LOGFILE"])
    let debugLog = environment["HA_DEBUGLOG"]
    debugFile = isInteractive || debugLog == environment["HA_LOGFILE"] ? nil : Self.open(debugLog)
  }

  /// Writes one line.
  public func callAsFunction(_ level: Level, _ message: String) {
    write(level, message)
  }

  /// Writes one line. Line ends and other control characters in `message` become spaces.
  public func write(_ level: Level, _ message: String) {
    if level == .debug, !writesDebug { return }
    let text = "\(level.rawValue): \(LogLine.harmless(message))"
    let now = Int64(time(nil))
    if isInteractive { return Self.toStandardError("\(tag): \(text)\n") }
    if let syslog {
      Self.send(LogLine.datagram(facility: facility, level: level, tag: tag, text: text, at: now), to: syslog)
    }
    let line = LogLine.file(tag: tag, text: text, at: now)
    // ha_debug writes to HA_DEBUGLOG and not to HA_LOGFILE, ha_log to both.
    for target in [level == .debug ? nil : file, debugFile].compactMap({ $0 }) {
      _ = target.write(Array(line.utf8)[...])
    }
    if syslog == nil, file == nil { Self.toStandardError(LogLine.standardError(text: text, at: now)) }
  }

  private static func toStandardError(_ line: String) {
    // Pacemaker takes the last such mark on standard error for the reason of a failure: a quoted one must not count.
    let bytes = Array(LogLine.withoutExitReason(line).utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  private static func connect(_ path: String) -> Descriptor? {
    let number = cposix_connect_datagram(path)
    return number < 0 ? nil : Descriptor(number)
  }

  private static func open(_ path: String?) -> Descriptor? {
    guard let path, !path.isEmpty else { return nil }
    // Non-blocking: a FIFO without a reader must not hold an action.
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY
    return try? Descriptor.open(path, flags, mode: 0o640).get()
  }

  /// A logger that is too busy gets a moment, then the line is dropped. syslog(3) would wait for ever.
  private static func send(_ bytes: [UInt8], to socket: Descriptor) {
    for _ in 0..<2 {
      let sent = Glibc.send(socket.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      if sent >= 0 || errno != EAGAIN { return }
      wait(reading: [], writing: [socket], until: Deadline(after: .milliseconds(50)))
    }
  }
}
