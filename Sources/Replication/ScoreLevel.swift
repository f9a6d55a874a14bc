/// The scores that instances give themselves; never more than these, so that a score never depends on an LSN. Pacemaker
/// adds stickiness to them, twice where an address is placed with the primary, and operators copy 100 and 1000 from
/// everywhere: the gaps are wide, so that no stickiness outweighs what the agents found out.
public enum ScoreLevel {
  /// A primary: above all others, so that it stays.
  public static let primary = 500_000
  /// The best, chosen by an election whose first candidate was not.
  public static let elected = 300_000
  /// A standby that streams, or that no primary has left behind.
  public static let standby = 100_000
  /// The candidate that found a better one.
  public static let outvoted = 1000
  /// The primary that crashed, once it runs again: only if there is nobody else.
  public static let crashed = 1
}
