/// How much a node wants to be promoted. Pacemaker counts 1000000 and more as infinity.
public struct PromotionScore: Sendable, Comparable, CustomStringConvertible, ExpressibleByIntegerLiteral {
  private static let limit = 1_000_000

  /// Between -1000000 and 1000000.
  public let value: Int

  /// `value`, cut to the infinities.
  public init(_ value: Int) {
    self.value = min(Self.limit, max(-Self.limit, value))
  }

  /// `value`, cut to the infinities.
  public init(integerLiteral value: Int) {
    self.init(value)
  }

  /// What Pacemaker's tools print: a number, INFINITY, +INFINITY or -INFINITY.
  public init?(_ text: some StringProtocol) {
    switch text {
    case "INFINITY", "+INFINITY": self.init(Self.limit)
    case "-INFINITY": self.init(-Self.limit)
    default:
      guard let value = Int(text) else { return nil }
      self.init(value)
    }
  }

  /// Promoted before all finite scores.
  public static let infinity = PromotionScore(limit)
  /// Never promoted.
  public static let minusInfinity = PromotionScore(-limit)

  /// As Pacemaker's tools take it.
  public var description: String {
    switch value {
    case Self.limit: "INFINITY"
    case -Self.limit: "-INFINITY"
    default: String(value)
    }
  }

  /// Orders by value.
  public static func < (left: PromotionScore, right: PromotionScore) -> Bool {
    left.value < right.value
  }
}
