import Foundation

/// Drives the rules of both agents through random failure schedules: what an instance is, its score, who is promoted, who follows
/// whom, what clients are promised, how a node comes back.
///
///     simulation [--schedules N] [--seed S] [--replay SEED] [--mutation NAME]
///
/// Without `--replay` every mutation must be caught, and the rules as they are must hold in all schedules.
func value(_ name: String) -> String? {
  let words = CommandLine.arguments
  return words.firstIndex(of: name).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
}

func fail(_ text: String) -> Never {
  FileHandle.standardError.write(Data((text + "\n").utf8))
  exit(1)
}

let count = value("--schedules").flatMap(Int.init) ?? 10_000
let first = value("--seed").flatMap(UInt64.init) ?? 1
let chosen = value("--mutation").flatMap(Mutation.init(rawValue:))

if let seed = value("--replay").flatMap(UInt64.init) {
  let problem = Schedule(seed: seed, mutation: chosen ?? .none).run()
  print(problem ?? "schedule \(seed): nothing is lost")
  exit(problem == nil ? 0 : 1)
}

/// The first schedule that goes wrong, of up to `limit`, or one that is known to.
func search(_ mutation: Mutation, _ limit: Int) -> (tried: Int, problem: String)? {
  if let example = mutation.example, let problem = Schedule(seed: example, mutation: mutation).run() {
    return (1, problem)
  }
  for index in 0..<limit {
    let schedule = Schedule(seed: first &+ UInt64(index), mutation: mutation)
    if let problem = schedule.run() { return (index + 1, problem) }
  }
  return nil
}

let begun = Date()
if let found = search(chosen ?? .none, count) { fail("after \(found.tried) schedules: \(found.problem)") }
print(
  "simulation: \(count) schedules from \(first) on, nothing acknowledged was lost, one primary at a time, all came back, \(String(format: "%.1f", Date().timeIntervalSince(begun))) s"
)
if chosen == nil {
  for mutation in Mutation.allCases where mutation != .none {
    guard let found = search(mutation, max(count, 20_000)) else {
      fail("the mutation \(mutation.rawValue) was not caught: the simulation proves nothing about that rule")
    }
    print(
      "simulation: \(mutation.rawValue) is caught after \(found.tried) schedules: \(found.problem.prefix { $0 != "\n" })"
    )
  }
}
