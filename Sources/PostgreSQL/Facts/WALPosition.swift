public import Replication

/// Where one timeline was left for the next.
public struct Fork: Sendable, Hashable {
  /// The timeline that was left.
  public let timeline: Timeline
  /// Where: nothing at or after this place belongs to the descendant's history on that timeline.
  public let at: LSN

  /// A fork.
  public init(timeline: Timeline, at: LSN) {
    self.timeline = timeline
    self.at = at
  }
}

/// A server's history: its timeline, how that came to be, and how far its WAL reaches.
public struct WALPosition: Position {
  /// The timeline that the WAL at `lsn` belongs to.
  public let timeline: Timeline
  /// The end of the WAL that the server has.
  public let lsn: LSN
  /// The timelines before, oldest first.
  public let ancestry: [Fork]
  /// How those of these timelines began of which that is known.
  public var beginnings: [Timeline: WALBeginning]

  /// A position.
  public init(
    timeline: Timeline, lsn: LSN, ancestry: [Fork] = [], beginnings: [Timeline: WALBeginning] = [:]
  ) {
    self.timeline = timeline
    self.lsn = lsn
    self.ancestry = ancestry
    self.beginnings = beginnings
  }

  /// The same history, as far as `lsn`.
  public func reaching(_ lsn: LSN) -> WALPosition {
    WALPosition(timeline: timeline, lsn: lsn, ancestry: ancestry, beginnings: beginnings)
  }

  /// Where `timeline`, which is one of its own, begins; nil for the first.
  public func beginning(of timeline: Timeline) -> LSN? {
    let own = ancestry.map(\.timeline) + [self.timeline]
    return zip(own.dropFirst(), ancestry).first { $0.0 == timeline }?.1.at
  }

  /// A timeline that both call by the same number, and that began twice; nil if none is known.
  public func twin(in other: WALPosition) -> Timeline? {
    beginnings.keys.filter { timeline in
      beginnings[timeline] != other.beginnings[timeline] && other.beginnings[timeline] != nil
    }.min { $0.number < $1.number }
  }

  /// How this history relates to another. The number of a timeline decides nothing: a standby that was promoted by
  /// mistake has a higher one, and is no descendant of what the others have; and two can have taken the same.
  public func standing(against other: WALPosition) -> Standing {
    switch (isPart(of: other), other.isPart(of: self)) {
    case (true, true): .equal
    case (true, false): .behind
    case (false, true): .ahead
    case (false, false): .diverged
    }
  }

  private func isPart(of other: WALPosition) -> Bool {
    if twin(in: other) != nil { return false }
    let place: LSN
    let shared: ArraySlice<Fork>
    if timeline == other.timeline {
      place = other.lsn
      shared = other.ancestry[...]
    } else if let index = other.ancestry.firstIndex(where: { $0.timeline == timeline }) {
      place = other.ancestry[index].at
      shared = other.ancestry[..<index]
    } else {
      return false
    }
    // Two promotions in ignorance of each other take the same number: the ancestries tell them apart.
    return lsn <= place && ancestry[...].elementsEqual(shared)
  }

  /// One word without spaces, for an attribute: `3:0/6000148,1@0/3000000,2@0/5000000,3#00b1e2f3`.
  public var description: String {
    "\(timeline):\(lsn)" + ancestry.map { ",\($0.timeline)@\($0.at)" }.joined()
      + beginnings.sorted { $0.key.number < $1.key.number }.map { ",\($0.key)#\($0.value)" }.joined()
  }

  /// For people: `0/6000148 on timeline 3`.
  public var short: String { "\(lsn) on timeline \(timeline)" }

  /// Reads what `description` writes; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard let head = parts.first, let (timeline, lsn) = Self.pair(head, ":") else { return nil }
    var ancestry: [Fork] = []
    var beginnings: [Timeline: WALBeginning] = [:]
    for part in parts.dropFirst() {
      if let mark = part.firstIndex(of: "#") {
        guard let timeline = Timeline(part[..<mark]),
          let begun = WALBeginning(part[part.index(after: mark)...])
        else { return nil }
        beginnings[timeline] = begun
      } else {
        guard let (timeline, at) = Self.pair(part, "@") else { return nil }
        ancestry.append(Fork(timeline: timeline, at: at))
      }
    }
    self.init(timeline: timeline, lsn: lsn, ancestry: ancestry, beginnings: beginnings)
  }

  private static func pair(_ text: Substring, _ separator: Character) -> (Timeline, LSN)? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count == 2, let first = parts.first, let last = parts.last, let timeline = Timeline(first),
      let lsn = LSN(last)
    else { return nil }
    return (timeline, lsn)
  }
}

extension Fork {
  /// Reads a timeline history file: `1<TAB>0/3000000<TAB>reason` a line, oldest first (PostgreSQL,
  /// `src/backend/access/transam/timeline.c`); nil if a line is anything else.
  public static func ancestry(historyFile text: String) -> [Fork]? {
    var forks: [Fork] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
      guard let first = fields.first, !first.hasPrefix("#") else { continue }
      guard fields.count >= 2, let timeline = Timeline(first), let lsn = LSN(fields[1]),
        forks.last.map({ $0.timeline.number < timeline.number && $0.at <= lsn }) ?? true
      else { return nil }
      forks.append(Fork(timeline: timeline, at: lsn))
    }
    return forks
  }
}
