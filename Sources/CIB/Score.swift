extension ClusterState {
  /// A Pacemaker score: an integer between -1000000 and 1000000, the ends being -INFINITY and INFINITY.
  public struct Score: RawRepresentable, Sendable, Hashable, Comparable {
    /// The score as a number, already within -1000000 ... 1000000.
    public let rawValue: Int

    /// 1000000, which Pacemaker writes INFINITY.
    public static let infinity = Score(rawValue: 1_000_000)
    /// -1000000, which Pacemaker writes -INFINITY.
    public static let minusInfinity = Score(rawValue: -1_000_000)

    /// The number, held within the two infinities.
    public init(rawValue: Int) {
      self.rawValue = min(max(rawValue, -1_000_000), 1_000_000)
    }

    /// The score Pacemaker reads in `text`: a number, `INFINITY`, `+INFINITY` or `-INFINITY` in any letter case, and
    /// the old colours `red` (-INFINITY), `yellow` and `green` (0). Text that is none of them counts as 0 for
    /// Pacemaker, so it does here: a score stored as "=-1" by `crm_attribute -v=-1` really weighs 0.
    public init(_ text: String) {
      switch text.lowercased() {
      case "infinity", "+infinity": self = .infinity
      case "-infinity", "red": self = .minusInfinity
      default: self.init(rawValue: decimalPrefix(of: text) ?? 0)
      }
    }

    /// Lower weighs less.
    public static func < (left: Score, right: Score) -> Bool { left.rawValue < right.rawValue }
  }
}

/// The integer at the start of `text`, as C's strtoll reads it: leading blanks, a sign, digits, and anything after
/// them is ignored. A number beyond Int is the nearest Int. nil when there is no digit.
func decimalPrefix(of text: String) -> Int? {
  var digits = text.utf8.drop(while: isBlank)
  let isNegative = digits.first == UInt8(ascii: "-")
  if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
  digits = digits.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  guard !digits.isEmpty else { return nil }
  let magnitude = Int(String(decoding: digits, as: UTF8.self)) ?? Int.max
  return isNegative ? -magnitude : magnitude
}

/// Whether C's isspace holds for `byte`.
func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || (9...13).contains(byte)
}
