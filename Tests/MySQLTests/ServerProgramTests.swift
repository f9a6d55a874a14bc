import Glibc
import Host
import OCF
import Testing

@testable import MySQLActions

/// What may pass is no reason never to start an instance on a node again.
@Suite struct ServerProgramTests {
  private func line(_ problem: ServerProgram.Problem) -> String {
    "\(problem.code.rawValue) \(problem.reason)"
  }

  @Test func whatNeverRan() {
    func error(_ number: Int32) -> CommandError {
      .cannotStart(executable: "/usr/sbin/mysqld", reason: "cannot", errno: number)
    }
    #expect(line(ServerProgram.problem(error(ENOENT), "x")) == "5 x (/usr/sbin/mysqld: cannot)")
    for number in [EAGAIN, ENOMEM, EMFILE, EACCES, EIO] {
      #expect(line(ServerProgram.problem(error(number), "x")) == "1 x (/usr/sbin/mysqld: cannot)")
    }
    let late = CommandError.timedOut(executable: "/usr/sbin/mysqld", after: .seconds(3))
    #expect(
      line(ServerProgram.problem(late, "x")) == "1 x (/usr/sbin/mysqld: not finished after 3.0 s, killed)")
  }

  @Test func whatAnsweredSomethingElse() {
    let other = CommandResult(ending: .exited(0), output: Array("hello".utf8))
    #expect(line(ServerProgram.problem(other, "x")) == "5 x (exit code 0)")
    let wrong = CommandResult(ending: .exited(1), errors: Array("no such option\nmore".utf8))
    #expect(line(ServerProgram.problem(wrong, "x")) == "5 x (no such option)")
    #expect(line(ServerProgram.problem(CommandResult(ending: .signaled(9)), "x")) == "1 x (signal 9)")
  }
}
