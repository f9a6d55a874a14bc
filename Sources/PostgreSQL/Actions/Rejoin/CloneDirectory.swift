internal import Host
internal import OCF
internal import ReplicationActions

/// The directories of a copy in the making: the data directory, and beside it the copy, which takes its place.
struct CloneDirectory {
  /// A file in a copy by which it is known after it has taken the place of the old data. PostgreSQL does not mind.
  static let mark = "martlet-clone"

  private let context: Context
  /// The data directory without symbolic links.
  let original: String
  /// Where the copy is made; after the exchange the old data is there.
  let copy: String
  /// The directory that holds both.
  let parent: String

  init(context: Context) {
    self.context = context
    let path = (try? Files.realPath(context.instance.pgdata)) ?? context.instance.pgdata
    original = path
    copy = path + ".martlet-clone"
    parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
  }

  /// Changes names in `parent`: as the database's user if he may, else as root. Where he may, root would follow him.
  func touching<R>(_ body: () throws(HostError) -> R) throws(RejoinError) -> R {
    do throws(HostError) {
      guard let user = context.instance.user else {
        throw HostError(reason: context.instance.userProblem ?? "no user to become")
      }
      let isHis = try acting(as: user) { () throws(HostError) in Files.isWritable(parent) }
      return isHis ? try acting(as: user, body) : try body()
    } catch {
      throw RejoinError(error)
    }
  }

  /// An empty directory of the database's user is at `copy` afterwards.
  func create() throws(RejoinError) {
    try remove(copy)
    try touching { () throws(HostError) in
      try Files.createDirectory(copy, mode: 0o700)
      if let user = context.instance.user { try Files.changeOwner(of: copy, to: user) }
    }
  }

  /// Where a copy in the place of the old data is made.
  var inside: String { "\(original)/\(Self.mark)" }

  /// Of the old data nothing is left afterwards but PG_VERSION, which says what programs to use.
  func empty() throws(RejoinError) {
    for name in try names(in: original) where name != "PG_VERSION" && name != "lost+found" {
      try delete("\(original)/\(name)")
    }
  }

  /// What was copied to `inside` is the data directory's content afterwards.
  func moveUp() throws(RejoinError) {
    for name in try names(in: inside) {
      do throws(HostError) {
        try context.instance.reading { () throws(HostError) in
          try Files.move("\(inside)/\(name)", to: "\(original)/\(name)")
        }
      } catch {
        throw RejoinError(error)
      }
    }
    try delete(inside)
  }

  private func names(in directory: String) throws(RejoinError) -> [String] {
    do throws(HostError) {
      return try context.instance.reading { () throws(HostError) in try Files.list(directory) }
    } catch {
      throw RejoinError(error)
    }
  }

  /// The copy is the data directory afterwards, and the old data is at `copy`.
  func exchange() throws(RejoinError) {
    try touching { () throws(HostError) in try Files.exchange(original, copy) }
  }

  /// Removes the old data, the mark, and what an interrupted worker left.
  func tidy() {
    do throws(RejoinError) {
      try remove(copy)
      do throws(HostError) {
        try context.instance.reading { () throws(HostError) in
          try Files.remove("\(original)/\(Self.mark)")
        }
      } catch {
        throw RejoinError(error)
      }
    } catch {
      context.log(.warning, "\(original): \(error.reason)")
    }
  }

  private func remove(_ path: String) throws(RejoinError) {
    guard Files.exists(path) || Files.isSymbolicLink(path) else { return }
    try delete(path, contentsOnly: true)
    try touching { () throws(HostError) in try Files.removeDirectory(path) }
  }

  /// As the database's user: what he can name must not be removed by root for him. The directory itself may be in one that is
  /// not his.
  private func delete(_ path: String, contentsOnly: Bool = false) throws(RejoinError) {
    guard let user = context.instance.user else { throw RejoinError("no user to become") }
    let what = contentsOnly ? ["-mindepth", "1"] : []
    let command = Command("/usr/bin/find", [path, "-xdev"] + what + ["-delete"], user: user, directory: "/")
    do throws(CommandError) {
      let result = try command.run(until: context.deadline)
      guard result.succeeded else {
        throw .failed(
          executable: command.executable, ending: result.ending,
          message: result.errors.split(separator: "\n").first.map(String.init) ?? "")
      }
    } catch {
      throw RejoinError("\(path): cannot be removed: \(error.reason)")
    }
  }
}
