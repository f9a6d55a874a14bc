extension GTIDSet: CustomStringConvertible {
  /// Reads what the server prints or takes (MySQL manual, "GTID Sets"): sources and numbers in any order, any of them
  /// more than once, with space between the words. Nil for anything else.
  ///
  /// The server also takes `uuid`, `uuid:tag` and `uuid:5-3` for nothing. Here they are refused: no server prints them,
  /// and a text that was cut off must not pass for a smaller set.
  public init?(_ text: some StringProtocol) {
    var scanner = ByteScanner(text)
    var ranges: [Series: [NumberRange]] = [:]
    scanner.takeSpace()
    while !scanner.isAtEnd {
      // Lists are often joined with a comma when one of them may be empty; the server takes that too.
      if scanner.next != .comma {
        guard scanner.takeTransactionsOfOneSource(into: &ranges) else { return nil }
        guard scanner.isAtEnd || scanner.next == .comma else { return nil }
      }
      while scanner.take(.comma) { scanner.takeSpace() }
    }
    self.init(ranges)
  }

  /// The one text for this set: as the server prints it, but on one line, so that it is one word.
  public var description: String {
    var text = ""
    var source: SourceUUID?
    for entry in entries {
      if entry.series.source != source {
        if source != nil { text += "," }
        text += entry.series.source.description
        source = entry.series.source
      }
      text += entry.text
    }
    return text
  }
}

extension GTIDSet.Entry {
  /// Without the source: `:1-3:5`, `:tag:7`.
  var text: String {
    (series.tag == .none ? ":" : ":\(series.tag.text):") + numbers.text
  }
}

extension ByteScanner {
  /// Takes `uuid:1-3:5:tag:7` and the space after it. When it returns false the text is refused.
  fileprivate mutating func takeTransactionsOfOneSource(
    into all: inout [GTIDSet.Series: [NumberRange]]
  ) -> Bool {
    guard let source = takeSource() else { return false }
    var tag = GTIDTag.none
    var pending: [NumberRange] = []
    takeSpace()
    repeat {
      guard take(.colon) else { return false }
      takeSpace()
      if isAtTag {
        guard let name = takeTag() else { return false }
        if !pending.isEmpty { all[GTIDSet.Series(source: source, tag: tag), default: []] += pending }
        (tag, pending) = (name, [])
        takeSpace()
        guard take(.colon) else { return false }
        takeSpace()
      }
      guard let range = takeRange() else { return false }
      pending.append(range)
    } while next == .colon
    all[GTIDSet.Series(source: source, tag: tag), default: []] += pending
    return true
  }

  private mutating func takeRange() -> NumberRange? {
    guard let first = takeNumber() else { return nil }
    takeSpace()
    guard take(.hyphen) else { return NumberRange(first: first, last: first) }
    takeSpace()
    guard let last = takeNumber() else { return nil }
    takeSpace()
    return NumberRange(first: first, last: last)
  }
}
