extension Duration {
  /// Reads a time span as Pacemaker does: a whole number with `ms`, `us`, `s`, `sec`, `m`, `min`, `h`, `hr`, or
  /// none for seconds, in either case (Pacemaker Explained, "Interval specification"); nil for anything else.
  public init?(pacemaker text: String) {
    let digits = text.prefix { $0.isNumber }
    guard let number = Int64(digits), number <= 1_000_000_000 else { return nil }
    switch text.dropFirst(digits.count).lowercased() {
    case "us", "usec": self = .microseconds(number)
    case "ms", "msec": self = .milliseconds(number)
    case "", "s", "sec": self = .seconds(number)
    case "m", "min": self = .seconds(number * 60)
    case "h", "hr": self = .seconds(number * 3600)
    default: return nil
    }
  }

  /// Whole milliseconds, rounded down.
  public var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// The span for people: `250ms`, `1.5s`, `90s`.
  public var brief: String {
    let milliseconds = wholeMilliseconds
    if milliseconds < 1000 { return "\(milliseconds)ms" }
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    if rest < 100 || seconds >= 10 { return "\(seconds)s" }
    return "\(seconds).\(rest / 100)s"
  }
}
