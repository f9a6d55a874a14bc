internal import CPosix

/// How a line looks in each place it goes to.
enum LogLine {
  /// As resource-agents' ha_log writes to HA_LOGFILE, both spaces included.
  static func file(tag: String, text: String, at seconds: Int64) -> String {
    "\(time(seconds, "%b %d %T"))  \(tag):    \(text)\n"
  }

  /// As ha_log writes to standard error when there is no other log.
  static func standardError(text: String, at seconds: Int64) -> String {
    "\(time(seconds, "%b %d %T")) \(text)\n"
  }

  /// What syslog(3) sends to /dev/log.
  static func datagram(facility: Int32, level: Log.Level, tag: String, text: String, at seconds: Int64)
    -> [UInt8]
  {
    Array("<\(facility * 8 + level.severity)>\(time(seconds, "%b %e %T")) \(tag): \(text)".utf8)
  }

  /// syslog(3)'s number of a facility; daemon's if the name is not known.
  static func facility(_ name: String) -> Int32 {
    let names = [
      "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    ]
    if let number = names.firstIndex(of: name) { return Int32(number) }
    if name.hasPrefix("local"), let number = Int32(name.dropFirst("local".count)), 0...7 ~= number {
      return 16 + number
    }
    return 3
  }

  /// On one line, without what a terminal would obey, and short enough for every logger (rsyslog cuts at 8 KiB).
  static func harmless(_ text: String) -> String {
    let limit = 4000
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard result.count < limit else {
        result.append("…")
        break
      }
      let isControl = scalar.properties.generalCategory == .control
      result.append(isControl || scalar == "\u{2028}" || scalar == "\u{2029}" ? " " : scalar)
    }
    return String(result)
  }

  static func withoutExitReason(_ line: String) -> String {
    line.split(separator: "ocf-exit-reason:", omittingEmptySubsequences: false).joined(
      separator: "ocf-exit-reason ")
  }

  private static func time(_ seconds: Int64, _ format: String) -> String {
    var buffer = [CChar](repeating: 0, count: 64)
    let count = cposix_format_time(&buffer, buffer.count, format, seconds)
    return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
