import Glibc
import TestSupport
import Testing

@testable import Host

@Suite struct ListeningSocketsTests {
  private func make(_ scratch: Scratch, _ lines: String) throws {
    for directory in ["7", "7/fd", "7/net"] { #expect(mkdir(scratch.file(directory), 0o700) == 0) }
    #expect(symlink("socket:[101]", scratch.file("7/fd/20")) == 0)
    #expect(symlink("socket:[103]", scratch.file("7/fd/21")) == 0)
    try Files.writeAtomically(
      "Num       RefCount Protocol Flags    Type St Inode Path\n" + lines, to: scratch.file("7/net/unix"))
  }

  /// Those on which it listens, and not another process's, nor connections of its own.
  @Test func areTheProcessesOwn() throws {
    let scratch = try Scratch()
    try make(
      scratch,
      """
      0000000000000000: 00000002 00000000 00010000 0001 01   101 /run/mysqld/my sql.sock
      0000000000000000: 00000002 00000000 00010000 0001 01   102 /run/other.sock
      0000000000000000: 00000003 00000000 00000000 0001 03   103 /run/mysqld/my sql.sock2
      0000000000000000: 00000003 00000000 00000000 0001 03   104

      """)
    #expect(ListeningSockets.paths(of: 7, proc: scratch.path) == ["/run/mysqld/my sql.sock"])
    #expect(ListeningSockets.paths(of: 8, proc: scratch.path) == [])
  }
}
