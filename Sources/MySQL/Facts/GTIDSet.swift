/// A set of MySQL's transactions, such as `gtid_executed`: for each source and tag, the numbers. Two sets are equal
/// when they hold the same transactions, whatever they were read from.
///
/// Every operation costs about as much as its operands have ranges.
public struct GTIDSet: Sendable, Hashable {
  /// What numbers are counted in: one source's transactions with one tag.
  struct Series: Sendable, Hashable, Comparable {
    let source: SourceUUID
    let tag: GTIDTag

    static func < (left: Series, right: Series) -> Bool {
      left.source == right.source ? left.tag < right.tag : left.source < right.source
    }
  }

  struct Entry: Sendable, Hashable {
    let series: Series
    let numbers: TransactionNumbers
  }

  /// In ascending order, each series once, none empty.
  let entries: [Entry]

  /// The empty set.
  public init() { entries = [] }

  /// The transactions in `ranges`, which may overlap; no series has none.
  init(_ ranges: [Series: [NumberRange]]) {
    entries = ranges.sorted { $0.key < $1.key }
      .map { Entry(series: $0.key, numbers: TransactionNumbers($0.value)) }
  }

  /// With entries as `entries` promises them.
  init(ordered: [Entry]) { entries = ordered }

  /// Whether there is no transaction in it.
  public var isEmpty: Bool { entries.isEmpty }

  /// How many transactions there are; the largest number when there are more.
  public var transactionCount: UInt64 {
    var count: UInt64 = 0
    for range in entries.lazy.flatMap(\.numbers.ranges) {
      let (sum, overflow) = count.addingReportingOverflow(range.count)
      if overflow { return .max }
      count = sum
    }
    return count
  }

  /// Whose transactions there are, in ascending order, each once.
  public var sources: [SourceUUID] {
    var sources: [SourceUUID] = []
    for entry in entries where sources.last != entry.series.source { sources.append(entry.series.source) }
    return sources
  }

  /// What is in either.
  public func union(_ other: GTIDSet) -> GTIDSet {
    var all: [Series: [NumberRange]] = [:]
    for entry in entries { all[entry.series] = entry.numbers.ranges }
    for entry in other.entries { all[entry.series, default: []] += entry.numbers.ranges }
    return GTIDSet(all)
  }

  /// What is in this set and not in `other`: the server's `GTID_SUBTRACT(self, other)`.
  public func subtracting(_ other: GTIDSet) -> GTIDSet {
    combine(other) { $1.map($0.subtracting) ?? $0 }
  }

  /// What is in both.
  public func intersection(_ other: GTIDSet) -> GTIDSet {
    combine(other) { $1.map($0.intersection) ?? TransactionNumbers([]) }
  }

  /// Whether `other` has all of it: the server's `GTID_SUBSET(self, other)`.
  public func isSubset(of other: GTIDSet) -> Bool { subtracting(other).isEmpty }

  /// What other sources wrote.
  public func removing(source: SourceUUID) -> GTIDSet {
    GTIDSet(ordered: entries.filter { $0.series.source != source })
  }

  /// What `source` wrote, with any tag.
  public func only(source: SourceUUID) -> GTIDSet {
    GTIDSet(ordered: entries.filter { $0.series.source == source })
  }

  /// Each of this set's series, with what `decide` makes of it and of the other's numbers, nil when it has none.
  private func combine(
    _ other: GTIDSet, _ decide: (TransactionNumbers, TransactionNumbers?) -> TransactionNumbers
  ) -> GTIDSet {
    var made: [Entry] = []
    var theirs = other.entries.makeIterator()
    var their = theirs.next()
    for entry in entries {
      while let one = their, one.series < entry.series { their = theirs.next() }
      let numbers = decide(entry.numbers, their?.series == entry.series ? their?.numbers : nil)
      if !numbers.isEmpty { made.append(Entry(series: entry.series, numbers: numbers)) }
    }
    return GTIDSet(ordered: made)
  }
}
