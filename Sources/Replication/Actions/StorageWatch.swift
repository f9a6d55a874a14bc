internal import CIB
package import Host
package import Replication

/// How an instance's storage was found.
package struct StorageFinding {
  package let condition: StorageCondition
  /// The evidence, one line; empty where it is sound.
  package let evidence: String
}

extension Memory {
  /// The last that was heard of the instance's storage: a write does not end, and neither may who waits for one, even on SIGKILL.
  package var isStorageHung: Bool { storageCondition == .hung }

  /// How the storage was found last.
  package var storageCondition: StorageCondition {
    let word = self["storage"]?.split(separator: " ").first
    return word.flatMap { StorageCondition(rawValue: String($0)) } ?? .sound
  }
}

/// How long a killed server whose storage hangs is given to end: time for the kernel, and no more, because only fencing helps then.
package let patienceWithHung = Duration.seconds(10)

/// Has a child write where the instance writes, once a minute, and hears now or with a later monitor what came of it. The
/// agent itself never waits for a disk.
package struct StorageWatch<Context: ActionContext> {
  private let context: Context
  /// One for each file system of the instance.
  private let directories: [String]
  private let user: User?
  /// A write that takes longer does not end.
  private let limit: Duration

  /// - Parameter limit: how long a write may take.
  package init(_ context: Context, _ directories: [String], as user: User?, limit: Duration) {
    self.context = context
    self.directories = directories
    self.user = user
    self.limit = limit
  }

  private var answerFile: String { context.run.file("storage-trial") }

  /// - Parameters:
  ///   - isSuspicious: something else went wrong, so that it is tried at once.
  ///   - patience: how long the answer is waited for; usually it is there at once.
  package func look(
    isSuspicious: Bool, patience: Duration = .milliseconds(300), _ memory: inout Memory
  ) -> StorageFinding {
    // The first minute of an instance is busy enough.
    if memory["storage-tried"] == nil { memory["storage-tried"] = String(secondsSinceBoot()) }
    if memory["storage-child"] != nil { hear(&memory) }
    let isSick = memory["storage"] != nil
    let isDue = memory.isDue("storage-tried") || isSuspicious || isSick || isInDoubt
    if memory["storage-child"] == nil, isDue { launch(patience, &memory) }
    return StorageFinding(condition: memory.storageCondition, evidence: memory["storage"] ?? "")
  }

  /// Told by the file system, without a write: a server could hardly start.
  package var isInDoubt: Bool { isNearlyFull || directories.contains { Files.isReadOnly($0) } }

  private var isNearlyFull: Bool {
    directories.contains { directory in
      (try? Files.freeSpace(directory)).map { $0 < StorageTrial.leastRoom } ?? false
    }
  }

  private func launch(_ wait: Duration, _ memory: inout Memory) {
    guard let user, let program = ProcessStatus.of(currentProcess)?.executable else { return }
    do throws(HostError) {
      try context.run.create()
      try Files.remove(answerFile)
    } catch {
      return context.log(.warning, error.reason)
    }
    let command = Command(program, [StorageTrial.word, user.name] + directories, directory: "/")
    do throws(CommandError) {
      let child = try command.launch(log: answerFile)
      memory["storage-child"] = "\(child) \(ProcessStatus.of(child)?.startTime ?? 0)"
      memory["storage-since"] = String(secondsSinceBoot())
    } catch {
      return context.log(.warning, "the storage cannot be tried: \(error.reason)")
    }
    let patience = context.deadline.earlier(wait)
    while memory["storage-child"] != nil, !patience.isPast {
      pause(.milliseconds(10), until: patience)
      hear(&memory)
    }
  }

  private func hear(_ memory: inout Memory) {
    let text = (try? Files.readText(answerFile, limit: 4096)) ?? ""
    if let end = text.firstIndex(of: "\n") {
      memory["storage-child"] = nil
      return note(String(text[..<end]), &memory)
    }
    if !isRunning(memory) {
      // It was killed, or has said nothing: that tells nothing.
      memory["storage-child"] = nil
    } else if let since = memory.since("storage-since"),
      .seconds(max(0, secondsSinceBoot() - since)) >= limit
    {
      note("hung \(directories.joined(separator: " ")): a write does not end", &memory)
    }
  }

  private func isRunning(_ memory: Memory) -> Bool {
    let words = (memory["storage-child"] ?? "").split(separator: " ")
    guard words.count == 2, let pid = Int32(words[0]), let status = ProcessStatus.of(pid) else {
      return false
    }
    return "\(status.startTime)" == words[1] && !status.isZombie
  }

  private func note(_ words: String, _ memory: inout Memory) {
    let before = memory["storage"]
    if words.hasPrefix("unknown") {
      if memory["storage-unknown"] == nil { context.log(.warning, "the storage cannot be tried: \(words)") }
      memory["storage-unknown"] = "1"
      return
    }
    memory["storage-unknown"] = nil
    memory["storage"] = words == "sound" ? nil : words
    if memory["storage"]?.split(separator: " ").first != before?.split(separator: " ").first {
      context.note("storage", words)
      context.log(words == "sound" ? .info : .error, "storage: \(words)")
    }
  }
}

extension ActionContext {
  /// A node that has everything, and says nothing of a sick storage; nil if there is none.
  package var peerWithEverything: String? {
    guard let state = cluster.state(), state.hasQuorum ?? false else { return nil }
    return state.nodes.first { node in
      guard node.name != cluster.node, case .online = state.availability(of: node.name) else { return false }
      return ["streaming", "replicating"].contains(node.attribute("\(cluster.instance)-state") ?? "")
    }?.name
  }
}
