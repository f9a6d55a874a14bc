internal import Host

/// Whether a process was stopped, by SIGSTOP or a debugger: one that only has much to do, or waits for a disk, was not.
struct Stillness {
  /// How often it has to be looked at: reading one small file.
  static let interval = Duration.seconds(1)

  private let process: ProcessStatus
  private var looks = 0

  /// It is taken to run.
  init(of process: ProcessStatus) { self.process = process }

  /// True once, with the second look in a row at a process that stands still: a signal that is taken back at once harms nobody.
  mutating func look() -> Bool {
    guard ProcessStatus.identified(by: process.identity)?.isStopped ?? false else {
      looks = 0
      return false
    }
    looks += 1
    return looks == 2
  }
}
