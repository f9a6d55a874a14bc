import Glibc
import Host
import OCF
import ReplicationActions
import TestSupport
import Testing

@Suite struct AgentProgramTests {
  private func objection(_ action: Action, _ environment: [String: String] = [:]) -> String? {
    AgentProgram.objection(to: action, Invocation(environment: environment)).map {
      "\($0.code.rawValue) \($0.reason)"
    }
  }

  @Test func speaksOneVersionOfTheAPI() {
    #expect(
      objection(.validateAll, ["OCF_RA_VERSION_MAJOR": "2"])
        == "6 the caller speaks version 2 of the OCF Resource Agent API; needs 1")
    #expect(objection(.validateAll, ["OCF_RA_VERSION_MAJOR": "1"]) == nil)
    #expect(objection(.validateAll) == nil)
  }

  @Test(.enabled(if: geteuid() != 0, "only for who is not root")) func onlyRootMayActOnAnything() {
    #expect(objection(.monitor) == "4 monitor: is run as user id \(geteuid()); needs root")
  }

  @Test func answersBeforePacemakerKillsIt() {
    func seconds(_ timeout: String) -> Double {
      let environment = ["OCF_RESKEY_CRM_meta_timeout": timeout]
      return AgentProgram.deadline(Invocation(environment: environment)).remaining / .seconds(1)
    }
    #expect((53...58).contains(seconds("60000")))
    #expect((0.5...0.9).contains(seconds("1000")))
  }

  private func logged(_ action: Action, _ body: () throws(OCFError) -> Outcome) throws -> (String, [String]) {
    let context = try FakeCluster()
    let outcome = AgentProgram.log(action, to: context.log, body)
    return ("\(outcome.code.rawValue) \(outcome.reason)", context.logged)
  }

  @Test func whatWasDoneIsInTheLog() throws {
    var (outcome, log) = try logged(.start) { Outcome(.success, "it runs") }
    #expect(outcome == "0 it runs")
    #expect(log.count == 1 && log[0].hasSuffix("it runs"))
    // Every few seconds, they would be all that is there.
    for action in [Action.monitor, .notify] {
      (outcome, log) = try logged(action) { Outcome(.success, "it runs") }
      #expect(outcome == "0 it runs" && log == [])
    }
  }

  @Test func whyItWasNotDoneIsInTheLog() throws {
    let (outcome, log) = try logged(.monitor) { () throws(OCFError) in
      throw OCFError(.notInstalled, "no server")
    }
    #expect(outcome == "5 no server")
    #expect(log.count == 1 && log[0].hasSuffix("monitor: no server"))
  }
}

@Suite struct InstanceUserTests {
  private func user(_ name: String?, _ directory: String) -> String {
    let found = InstanceUser(named: name, owning: directory, product: "X")
    return "\(found.user?.name ?? "nobody there")\(found.problem.map { "; \($0)" } ?? "")"
  }

  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func isTheOwnerOrWhoIsNamed() throws {
    let scratch = try Scratch()
    let owner = try somebody()
    #expect(
      user(nil, scratch.path) == "nobody there; \(scratch.path) belongs to root, who cannot run X")
    #expect(user("root", scratch.path) == "nobody there; root cannot run X")
    #expect(user(owner.name, scratch.path) == owner.name)
    try Files.changeOwner(of: scratch.path, to: owner)
    #expect(user(nil, scratch.path) == owner.name)
    // Stop must be able to end what runs, whatever the operator wrote.
    #expect(
      user("nobody-here", scratch.path)
        == "\(owner.name); user nobody-here: does not exist on this machine")
  }

  @Test func withoutADirectoryThereIsNobody() {
    #expect(
      user(nil, "/nonexistent/x").hasPrefix("nobody there; /nonexistent/x: cannot be examined"))
    #expect(user("daemon", "/nonexistent/x") == "daemon")
    #expect(
      user("nobody-here", "/nonexistent/x")
        == "nobody there; user nobody-here: does not exist on this machine")
  }

  @Test func nobodyReadsForNobody() {
    let found = InstanceUser(named: nil, owning: "/nonexistent/x", product: "X")
    #expect(throws: HostError.self) { try found.reading { () throws(HostError) in 1 } }
  }

  @Test(.enabled(if: isRoot, Comment(rawValue: rootOnly))) func readsAsHim() async {
    await #expect(processExitsWith: .success) {
      let found = InstanceUser(named: "daemon", owning: "/nonexistent/x", product: "X")
      let (seen, daemon) = (try found.reading { () throws(HostError) in geteuid() }, try User.named("daemon"))
      #expect(seen == daemon.uid)
      #expect(geteuid() == 0)
    }
  }
}
