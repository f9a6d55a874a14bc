import Replication

/// What a server's log holds: the numbers of commits, in order. The smallest history that can fall behind and diverge.
struct Log: Position {
  var commits: [Int] = []

  init(_ commits: [Int] = []) { self.commits = commits }

  init?(_ text: String) { return nil }

  var description: String { commits.map { String($0) }.joined(separator: ",") }
  var short: String { "\(commits.count):\(commits.last.map { String($0) } ?? "-")" }

  func standing(against other: Log) -> Standing {
    let common = zip(commits, other.commits).prefix { $0 == $1 }.count
    switch (common == commits.count, common == other.commits.count) {
    case (true, true): return .equal
    case (true, false): return .behind
    case (false, true): return .ahead
    case (false, false): return .diverged
    }
  }
}

/// SplitMix64: a schedule is made again from its number.
struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<max(1, limit), using: &self) }
}
