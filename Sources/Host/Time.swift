internal import CPosix
internal import Glibc

/// How a moment is written.
public enum TimeFormat: String, Sendable {
  /// `2026-11-25T22:01:02+0100`.
  case iso = "%Y-%m-%dT%H:%M:%S%z"
  /// `20261125T220102`: for the name of a file.
  case compact = "%Y%m%dT%H%M%S"
}

/// Seconds since the epoch as local time.
public func timeText(_ seconds: Int64, _ format: TimeFormat) -> String {
  var buffer = [CChar](repeating: 0, count: 64)
  let count = cposix_format_time(&buffer, buffer.count, format.rawValue, seconds)
  return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
}
