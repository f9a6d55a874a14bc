internal import CPosix
internal import Glibc

/// A point on the monotonic clock at which a wait ends. Time spent suspended counts.
public struct Deadline: Sendable, Comparable {
  private let instant: ContinuousClock.Instant

  /// The instant `duration` from now; at once when it is negative.
  public init(after duration: Duration) {
    instant = .now + duration
  }

  private init(_ instant: ContinuousClock.Instant) {
    self.instant = instant
  }

  /// The deadline at `instant`.
  public static func at(_ instant: ContinuousClock.Instant) -> Deadline {
    Deadline(instant)
  }

  /// What is left; zero when the deadline is past, never negative.
  public var remaining: Duration {
    max(.zero, instant - .now)
  }

  /// Whether nothing is left.
  public var isPast: Bool {
    instant <= .now
  }

  /// This deadline, or `duration` from now if that is earlier.
  public func earlier(_ duration: Duration) -> Deadline {
    min(self, Deadline(after: duration))
  }

  /// The deadline `margin` before this one.
  public func less(_ margin: Duration) -> Deadline {
    Deadline(instant - margin)
  }

  /// Orders by time.
  public static func < (left: Deadline, right: Deadline) -> Bool {
    left.instant < right.instant
  }

  /// Milliseconds for poll(2), rounded up: rounding down would spin through the last one.
  var pollTimeout: Int32 {
    let (seconds, attoseconds) = remaining.components
    let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
    guard !milliseconds.overflow else { return .max }
    let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: milliseconds.partialValue.addingReportingOverflow(fraction).partialValue)
  }
}

/// Sleeps for `duration`, but not beyond `deadline`. Signals do not shorten it.
public func pause(_ duration: Duration, until deadline: Deadline) {
  let end = deadline.earlier(duration)
  while !end.isPast {
    let (seconds, attoseconds) = end.remaining.components
    var request = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    nanosleep(&request, nil)
  }
}

/// What every agent does before anything else: descriptors 0, 1 and 2 are open afterwards, and writing to a closed
/// pipe, or beyond the largest file that is allowed, is an error instead of a death by SIGPIPE or SIGXFSZ.
public func prepareProcess() {
  cposix_prepare_process()
}
