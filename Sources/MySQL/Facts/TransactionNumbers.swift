/// The transactions from `first` to `last`, both included.
struct NumberRange: Sendable, Hashable {
  let first: UInt64
  let last: UInt64

  /// The last number that a transaction may have (MySQL, `sql/rpl_gtid.h`, GNO_END). One more never overflows.
  static let end: UInt64 = 0x7FFF_FFFF_FFFF_FFFE

  /// Nil unless 1 ≤ `first` ≤ `last` ≤ `end`. MySQL takes `5-3` for nothing; but nobody prints it, and what is not
  /// understood must not become an empty set.
  init?(first: UInt64, last: UInt64) {
    guard 1 <= first, first <= last, last <= Self.end else { return nil }
    self.first = first
    self.last = last
  }

  var count: UInt64 { last - first + 1 }

  var text: String { first == last ? "\(first)" : "\(first)-\(last)" }
}

/// A set of transaction numbers, as MySQL writes it: ranges in ascending order with a gap between any two. What each
/// operation costs grows with the number of ranges, not of transactions.
struct TransactionNumbers: Sendable, Hashable {
  let ranges: [NumberRange]

  /// The numbers in `unordered`, which may overlap.
  init(_ unordered: [NumberRange]) {
    var merged: [NumberRange] = []
    for range in unordered.sorted(by: { $0.first < $1.first }) {
      guard let last = merged.last, range.first <= last.last + 1 else {
        merged.append(range)
        continue
      }
      if range.last > last.last, let joined = NumberRange(first: last.first, last: range.last) {
        merged.removeLast()
        merged.append(joined)
      }
    }
    ranges = merged
  }

  private init(ordered: [NumberRange]) { ranges = ordered }

  var isEmpty: Bool { ranges.isEmpty }

  func union(_ other: TransactionNumbers) -> TransactionNumbers {
    TransactionNumbers(ranges + other.ranges)
  }

  func subtracting(_ other: TransactionNumbers) -> TransactionNumbers {
    var left: [NumberRange] = []
    var cuts = other.ranges.makeIterator()
    var cut = cuts.next()
    for range in ranges {
      // What of `range` lies after all cuts so far.
      var rest: NumberRange? = range
      while let piece = rest, let hole = cut, hole.first <= piece.last {
        if hole.first > piece.first, let before = NumberRange(first: piece.first, last: hole.first - 1) {
          left.append(before)
        }
        rest = NumberRange(first: max(piece.first, hole.last + 1), last: piece.last)
        // This cut may reach into the next range too.
        if rest != nil { cut = cuts.next() }
      }
      if let rest { left.append(rest) }
    }
    return TransactionNumbers(ordered: left)
  }

  func intersection(_ other: TransactionNumbers) -> TransactionNumbers {
    subtracting(subtracting(other))
  }

  var text: String { ranges.map(\.text).joined(separator: ":") }
}
