internal import Host
internal import ReplicationActions

extension WALRejoiner {
  func clone(inPlace: Bool, _ progress: RejoinProgress) throws(RejoinError) {
    let primary = try presentPrimary()
    let directory = CloneDirectory(context: context)
    let target = inPlace ? directory.inside : directory.copy
    try progress.step("making room")
    if inPlace {
      try stop()
      try progress.enter(.halfDone)
      try directory.empty()
    } else {
      try directory.create()
    }
    try progress.step("pg_basebackup")
    try run(
      "pg_basebackup",
      [
        "--pgdata=\(target)", "--dbname=\(primary.connectionString)", "--wal-method=stream",
        "--checkpoint=fast", "--progress", "--no-password",
      ], progress)
    try restoreConfiguration(into: target, progress)
    if inPlace { return try directory.moveUp() }
    try touching { () throws(HostError) in try Files.create("\(target)/\(CloneDirectory.mark)") }
    try progress.step("exchanging the data")
    let before = progress.state.phase
    try stop()
    try progress.enter(.exchanging)
    do throws(RejoinError) {
      try directory.exchange()
    } catch {
      try progress.enter(before == .halfDone ? .halfDone : .down)
      throw error
    }
  }
}
