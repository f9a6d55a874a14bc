/// What a process, its threads and its children were doing at one moment: two that are equal, some time apart, and neither of them
/// busy, are those of a process that did nothing.
public struct Activity: Sendable, Equatable {
  /// Processor time that they have used, in the kernel's ticks of a hundredth of a second.
  public private(set) var ticks: UInt64 = 0
  /// One of them runs, would run if it had a processor (R), or waits for storage or memory (D).
  public private(set) var isBusy = false

  /// Nil if the process is not there.
  public init?(of pid: Int32, proc: String = "/proc") {
    guard let threads = try? Files.list("\(proc)/\(pid)/task") else { return nil }
    for thread in threads { add("\(proc)/\(pid)/task/\(thread)/stat") }
    for child in Processes.children(of: pid, proc: proc) { add("\(proc)/\(child)/stat") }
  }

  private mutating func add(_ path: String) {
    // One that has just ended was not idle; its time is missing in the sum.
    guard let text = try? Files.readText(path, limit: 4096), let close = text.lastIndex(of: ")") else {
      return
    }
    // After the command: state is field 3; utime and stime are 14 and 15 (proc(5)).
    let fields = text[text.index(after: close)...].split(separator: " ")
    guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12]) else { return }
    ticks &+= user &+ system
    isBusy = isBusy || fields[0] == "R" || fields[0] == "D"
  }
}
