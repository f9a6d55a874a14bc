/// Whether a process does anything at all: it, its threads and its children. The kernel counts every time that one of them was given a
/// processor or gave it back (proc(5), voluntary_ctxt_switches); one that wants a processor, or waits for storage or memory, does
/// something, too.
public struct Activity {
  private let pid: Int32
  private let proc: String
  private var counts: [Int32: UInt64] = [:]
  /// Who moved last: asked first, because it most likely has moved again.
  private var witness: Int32?

  /// Of the process `pid`, which counts as moving at the first look.
  public init(of pid: Int32, proc: String = "/proc") {
    self.pid = pid
    self.proc = proc
  }

  /// Whether anything has happened since the last look. What cannot be seen may have.
  public mutating func hasMoved() -> Bool {
    // One that has ended is no witness any more: it would seem to move for ever.
    if let witness, counts[witness] != nil, hasMoved(witness) == true { return true }
    witness = nil
    guard let threads = try? Files.list("\(proc)/\(pid)/task") else { return true }
    let tasks = threads.compactMap { Int32($0) } + Processes.children(of: pid, proc: proc)
    // Who came or went did something. Each of them is looked at: one left out would be found to have moved at the next look.
    var moved = tasks.count != counts.count
    let before = counts
    counts = [:]
    for task in tasks {
      counts[task] = before[task]
      if hasMoved(task) != false { moved = true }
    }
    return moved
  }

  /// Nil for one that cannot be seen.
  private mutating func hasMoved(_ task: Int32) -> Bool? {
    guard let now = Self.status(of: task, proc) else { return nil }
    let hasSwitched = counts[task] != now.switches
    counts[task] = now.switches
    if hasSwitched || now.isBusy { witness = task }
    return hasSwitched || now.isBusy
  }

  private static func status(of task: Int32, _ proc: String) -> (switches: UInt64, isBusy: Bool)? {
    (try? Files.readText("\(proc)/\(task)/status", limit: 1 << 16)).flatMap { parse($0) }
  }

  /// How often a task has been on a processor; nil for what is no status.
  static func parse(_ text: String) -> (switches: UInt64, isBusy: Bool)? {
    var switches: UInt64?
    var isBusy: Bool?
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let value = line[line.index(after: colon)...].drop {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
      }
      if line.starts(with: "State:".utf8) {
        isBusy = value.first == UInt8(ascii: "R") || value.first == UInt8(ascii: "D")
      } else if line.starts(with: "voluntary_ctxt_switches:".utf8)
        || line.starts(with: "nonvoluntary_ctxt_switches:".utf8)
      {
        guard let count = UInt64(String(decoding: value, as: UTF8.self)) else { return nil }
        switches = (switches ?? 0) &+ count
      }
    }
    guard let switches, let isBusy else { return nil }
    return (switches, isBusy)
  }
}

extension Activity {
  /// How often a process' first thread has been on a processor; nil if it is not there, or is about to be on one.
  public static func switches(of pid: Int32, proc: String = "/proc") -> UInt64? {
    status(of: pid, proc).flatMap { $0.isBusy ? nil : $0.switches }
  }
}
