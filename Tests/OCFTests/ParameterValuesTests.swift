import Testing

@testable import OCF

@Suite struct ParameterValuesTests {
  private let pgdata = Parameter("pgdata", .path, required: true, title: "", text: "")
  private let port = Parameter("port", .integer(1...65535), default: "5432", title: "", text: "")
  private let limit = Parameter(
    "limit", .duration(.zero ... .seconds(60)), default: "10s", title: "", text: "")
  private let archive = Parameter("archive", .boolean, default: "yes", title: "", text: "")
  private let user = Parameter("user", .string, title: "", text: "")

  private func values(_ environment: [String: String]) -> ParameterValues {
    ParameterValues([pgdata, port, limit, archive, user], environment: environment)
  }

  @Test func whatIsNotGivenIsTheDefault() {
    let values = values(["OCF_RESKEY_pgdata": "/data"])
    #expect(values.problems.isEmpty)
    #expect(values.text(pgdata) == "/data")
    #expect(values.integer(port) == 5432)
    #expect(values.duration(limit) == .seconds(10))
    #expect(values.flag(archive) == true)
    #expect(values.text(user) == nil)
    #expect(values.flag(user) == false)
  }

  @Test func whatIsGivenIsTaken() {
    let values = values([
      "OCF_RESKEY_pgdata": "/data", "OCF_RESKEY_port": "5433", "OCF_RESKEY_limit": "250ms",
      "OCF_RESKEY_archive": "off", "OCF_RESKEY_user": "replicator",
    ])
    #expect(values.problems.isEmpty)
    #expect(values.integer(port) == 5433)
    #expect(values.duration(limit) == .milliseconds(250))
    #expect(values.flag(archive) == false)
    #expect(values.text(user) == "replicator")
  }

  @Test func anEmptyValueIsNotGiven() {
    let values = values(["OCF_RESKEY_pgdata": "", "OCF_RESKEY_port": ""])
    #expect(values.problems == [OCFError(.notConfigured, "pgdata: is not set; needs a value")])
    #expect(values.text(pgdata) == nil)
    #expect(values.integer(port) == 5432)
  }

  /// stop must work with whatever the operator wrote, start must refuse it.
  @Test func aBadValueIsNamedAndReplacedByTheDefault() {
    let values = values([
      "OCF_RESKEY_archive": "maybe", "OCF_RESKEY_port": "none", "OCF_RESKEY_pgdata": "data",
    ])
    #expect(
      values.problems == [
        OCFError(.notConfigured, "pgdata: is \"data\"; needs an absolute path"),
        OCFError(.notConfigured, "port: is \"none\"; needs a whole number"),
        OCFError(.notConfigured, "archive: is \"maybe\"; needs true or false"),
      ])
    #expect(values.text(pgdata) == nil)
    #expect(values.integer(port) == 5432)
    #expect(values.flag(archive) == true)
  }

  @Test func whatIsNotDeclaredIsNotRead() {
    let values = values(["OCF_RESKEY_pgdata": "/data", "OCF_RESKEY_other": "x", "port": "1"])
    #expect(values.text(Parameter("other", .string, title: "", text: "")) == nil)
    #expect(values.integer(port) == 5432)
  }
}
