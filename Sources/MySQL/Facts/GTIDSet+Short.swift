extension GTIDSet {
  /// For people, about 60 characters at most. The whole text when it fits; else each source's beginning, with its
  /// numbers; else the source that has most transactions, and how many more sources there are:
  /// `0ffbab10…:1-1234 and 3 more sources`, or
  /// `0ffbab10…: 1200 transactions up to 1234 and 3 more sources`.
  public var short: String {
    let limit = 60
    let whole = description
    guard whole.utf8.count > limit else { return whole }

    let parts = bySource
    if parts.count <= limit / 10 {
      let list = parts.map(\.abbreviated).joined(separator: ",")
      if list.count <= limit { return list }
    }
    guard let most = parts.max(by: { $0.transactionCount < $1.transactionCount }) else { return whole }
    let more =
      switch parts.count {
      case 1: ""
      case 2: " and 1 more source"
      default: " and \(parts.count - 1) more sources"
      }
    let text = most.abbreviated
    return (text.count + more.count <= limit ? text : most.summary) + more
  }

  /// A set for each source, in their order.
  private var bySource: [GTIDSet] {
    Dictionary(grouping: entries, by: \.series.source).sorted { $0.key < $1.key }
      .map { GTIDSet(ordered: $0.value) }
  }

  /// Of one source: the text, with the UUID cut.
  private var abbreviated: String {
    (sources.first?.short ?? "") + entries.map(\.text).joined()
  }

  /// Of one source: how many transactions, and the last number.
  private var summary: String {
    let last = entries.compactMap(\.numbers.ranges.last?.last).max() ?? 0
    return "\(sources.first?.short ?? ""): \(transactionCount) transactions up to \(last)"
  }
}
