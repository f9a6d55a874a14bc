/// One row of a table of rules: a condition on facts, what follows, and the sentence that an operator reads.
public struct Rule<Facts, Verdict: Sendable>: Sendable {
  /// Stable, never reused; logged, and printed in the manual.
  public let id: String
  /// One sentence: what was found. It is the row's comment, too.
  public let because: String
  /// What follows.
  public let verdict: Verdict
  /// Whether the row speaks of these facts.
  public let applies: @Sendable (Facts) -> Bool

  /// A row.
  public init(
    _ id: String, _ because: String, then verdict: Verdict, when applies: @escaping @Sendable (Facts) -> Bool
  ) {
    self.id = id
    self.because = because
    self.verdict = verdict
    self.applies = applies
  }
}

/// What a table decided: which row, what follows, and why.
public struct Decision<Verdict: Sendable>: Sendable {
  /// The row's id.
  public let rule: String
  /// What follows.
  public let verdict: Verdict
  /// The row's sentence.
  public let because: String

  /// A decision that was made in another way.
  public init(rule: String, verdict: Verdict, because: String) {
    self.rule = rule
    self.verdict = verdict
    self.because = because
  }
}

extension Decision: Equatable where Verdict: Equatable {}

/// Ordered rows; the first that applies decides. The last row must apply to everything, so deciding is total.
public struct RuleTable<Facts, Verdict: Sendable>: Sendable {
  /// The rows that are tried, in order.
  public let rows: [Rule<Facts, Verdict>]
  /// The row for what no other row speaks of.
  public let otherwise: Rule<Facts, Verdict>

  /// A table of `rows`, closed by a row whose condition is always true.
  public init(_ rows: [Rule<Facts, Verdict>], otherwise id: String, _ because: String, then verdict: Verdict)
  {
    self.rows = rows
    otherwise = Rule(id, because, then: verdict, when: { _ in true })
  }

  /// The first row that applies to `facts`.
  public func decide(_ facts: Facts) -> Decision<Verdict> {
    let row = rows.first { $0.applies(facts) } ?? otherwise
    return Decision(rule: row.id, verdict: row.verdict, because: row.because)
  }
}
