internal import Host
internal import ReplicationActions

extension WALRejoiner {
  func clone(inPlace: Bool, _ progress: RejoinProgress) throws(RejoinError) {
    let primary = try presentPrimary()
    let directory = context.cloneDirectory
    let target = inPlace ? directory.inside : directory.copy
    try progress.step("making room")
    if inPlace {
      try stop()
      try progress.enter(.halfDone)
      // It says what programs to use.
      try directory.empty(but: ["PG_VERSION"])
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
    try exchange(directory, progress)
  }
}
