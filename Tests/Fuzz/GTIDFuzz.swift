import Replication

/// libFuzzer's entry: whatever the bytes are, they are refused, or what was read is written as one word that reads as
/// the same, and obeys the laws of sets. Two texts, with `|` between them, are read side by side.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGTID(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  let parts = bytes.split(separator: UInt8(ascii: "|"), maxSplits: 1, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  let (one, other) = (parts.first ?? "", parts.last ?? "")

  if let a = GTIDSet(one), let b = GTIDSet(other) { check(a, b) }
  if let a = MariaDBHistory(one), let b = MariaDBHistory(other) { check(a, b) }
  if let a = GTIDPosition(one) {
    precondition(GTIDPosition(a.description) == a && isOneWord(a.description))
    if let b = GTIDPosition(other) { checkStanding(a, b) }
  }
  if let source = SourceUUID(one) { precondition(SourceUUID(source.description) == source) }
  if let gtid = MariaDBGTID(one) { precondition(MariaDBGTID(gtid.description) == gtid) }
  return 0
}

private func check(_ a: GTIDSet, _ b: GTIDSet) {
  let (union, common, left) = (a.union(b), a.intersection(b), a.subtracting(b))
  for set in [a, union, common, left] {
    precondition(GTIDSet(set.description) == set && isOneWord(set.description))
    precondition(set.isEmpty == (set.transactionCount == 0) && set.isEmpty == set.sources.isEmpty)
    precondition(set.short.count < 100)
  }
  precondition(left.union(common) == a && left.intersection(b).isEmpty)
  precondition(union == b.union(a) && common == b.intersection(a) && union.subtracting(b) == left)
  precondition(common.isSubset(of: a) && a.isSubset(of: union) && a.isSubset(of: b) == left.isEmpty)
  if union.transactionCount < .max {
    precondition(union.transactionCount == left.transactionCount + b.transactionCount)
  }
  for source in a.sources.prefix(3) {
    precondition(a.only(source: source).union(a.removing(source: source)) == a)
    precondition(a.errant(comparedTo: b, primaryUUID: source) == left.removing(source: source))
  }
  checkStanding(a, b)
}

private func check(_ a: MariaDBHistory, _ b: MariaDBHistory) {
  let merged = a.merging(b)
  for history in [a, merged] {
    precondition(MariaDBHistory(history.description) == history && isOneWord(history.description))
    precondition(history.isEmpty == history.heads.isEmpty && history.heads.allSatisfy(history.contains))
    precondition(history.short.count < 100)
  }
  precondition(merged == b.merging(a) && merged.merging(b) == merged)
  precondition((a.gtids + b.gtids).allSatisfy(merged.contains))
  for head in a.heads.prefix(3) {
    let errant = a.errant(comparedTo: b, primaryServerID: head.server)
    precondition(errant.gtids.allSatisfy { a.contains($0) && !b.contains($0) && $0.server != head.server })
  }
  checkStanding(a, b)
}

private func checkStanding<P: Position>(_ a: P, _ b: P) {
  precondition(a.standing(against: a) == .equal)
  precondition(a.standing(against: b) == b.standing(against: a).reversed)
}

private func isOneWord(_ text: String) -> Bool { text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
