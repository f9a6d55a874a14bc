package import Host

/// The directories of a copy in the making: the data directory, and beside it the copy, which takes its place.
package struct CloneDirectory {
  /// A file in a copy by which it is known after it has taken the place of the old data. The servers do not mind.
  package static let mark = "martlet-clone"

  private let owner: InstanceUser
  private let log: Log
  private let deadline: Deadline
  /// The data directory without symbolic links.
  package let original: String
  /// Where the copy is made; after the exchange the old data is there.
  package let copy: String
  /// The directory that holds both.
  package let parent: String
  /// What is made, and removed, for the copy: itself, or a directory around it.
  private let made: String

  /// - Parameter isMadeByServer: it makes the directory of the copy itself, in one that belongs to it.
  package init(
    of data: String, owner: InstanceUser, isMadeByServer: Bool = false, log: Log, until deadline: Deadline
  ) {
    self.owner = owner
    self.log = log
    self.deadline = deadline
    let path = (try? Files.realPath(data)) ?? data
    original = path
    made = path + ".martlet-clone"
    copy = isMadeByServer ? made + "/data" : made
    parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
  }

  /// How many bytes the data has; nil if that cannot be told.
  package var size: UInt64? { size(of: original) }
  /// The same of the copy so far.
  package var copySize: UInt64? { size(of: made) }

  private func size(of path: String) -> UInt64? {
    guard let user = owner.user,
      let result = try? Command("/usr/bin/du", ["-sxk", "--", path], user: user, directory: "/").run(
        until: Deadline(after: .seconds(600))),
      let kibibytes = UInt64(result.output.prefix { $0.isNumber })
    else { return nil }
    return kibibytes * 1024
  }

  /// Changes names in `parent`: as the database's user if he may, else as root. Where he may, root would follow him.
  package func touching<R>(_ body: () throws(HostError) -> R) throws(RejoinError) -> R {
    do throws(HostError) {
      guard let user = owner.user else {
        throw HostError(reason: owner.problem ?? "no user to become")
      }
      let isHis = try acting(as: user) { () throws(HostError) in Files.isWritable(parent) }
      return isHis ? try acting(as: user, body) : try body()
    } catch {
      throw RejoinError(error)
    }
  }

  /// An empty directory of the database's user is there for the copy afterwards.
  package func create() throws(RejoinError) {
    try remove(made)
    try touching { () throws(HostError) in
      try Files.createDirectory(made, mode: 0o700)
      if let user = owner.user { try Files.changeOwner(of: made, to: user) }
    }
  }

  /// Where a copy in the place of the old data is made.
  package var inside: String { "\(original)/\(Self.mark)" }

  /// Of the old data nothing is left afterwards but what is in `kept`.
  package func empty(but kept: Set<String>) throws(RejoinError) {
    for name in try names(in: original) where !kept.contains(name) && name != "lost+found" {
      try delete("\(original)/\(name)")
    }
  }

  /// What was copied to `inside` is the data directory's content afterwards.
  package func moveUp() throws(RejoinError) {
    for name in try names(in: inside) {
      do throws(HostError) {
        try owner.reading { () throws(HostError) in
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
      return try owner.reading { () throws(HostError) in try Files.list(directory) }
    } catch {
      throw RejoinError(error)
    }
  }

  /// The copy is the data directory afterwards, and the old data is at `copy`.
  func exchange() throws(RejoinError) {
    try touching { () throws(HostError) in try Files.exchange(original, copy) }
  }

  /// Removes the old data, the mark, and what an interrupted worker left.
  package func tidy() {
    do throws(RejoinError) {
      try remove(made)
      do throws(HostError) {
        try owner.reading { () throws(HostError) in
          try Files.remove("\(original)/\(Self.mark)")
        }
      } catch {
        throw RejoinError(error)
      }
    } catch {
      log(.warning, "\(original): \(error.reason)")
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
    guard let user = owner.user else { throw RejoinError("no user to become") }
    let what = contentsOnly ? ["-mindepth", "1"] : []
    let command = Command("/usr/bin/find", [path, "-xdev"] + what + ["-delete"], user: user, directory: "/")
    do throws(CommandError) {
      let result = try command.run(until: deadline)
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
