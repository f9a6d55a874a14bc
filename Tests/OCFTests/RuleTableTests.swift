import Testing

@testable import OCF

@Suite struct RuleTableTests {
  private let table = RuleTable<Int, String>(
    [
      Rule("R1", "it is negative", then: "refuse") { $0 < 0 },
      Rule("R2", "it is below ten", then: "wait") { $0 < 10 },
      Rule("R3", "it is even", then: "go") { $0.isMultiple(of: 2) },
    ], otherwise: "R9", "nothing else is known", then: "stay")

  @Test func theFirstRowThatAppliesDecides() {
    // -4 fits all three rows, 4 the last two.
    #expect(table.decide(-4) == Decision(rule: "R1", verdict: "refuse", because: "it is negative"))
    #expect(table.decide(4) == Decision(rule: "R2", verdict: "wait", because: "it is below ten"))
    #expect(table.decide(12) == Decision(rule: "R3", verdict: "go", because: "it is even"))
  }

  @Test func whatNoRowSpeaksOfIsDecidedToo() {
    #expect(table.decide(13) == Decision(rule: "R9", verdict: "stay", because: "nothing else is known"))
  }

  @Test func everyFactHasExactlyOneDecisionAndTheRowsStayInOrder() {
    for number in -20...20 {
      let decision = table.decide(number)
      let first = table.rows.first { $0.applies(number) }
      #expect(decision.rule == first?.id ?? "R9")
    }
    #expect(table.rows.map(\.id) == ["R1", "R2", "R3"])
    #expect(table.otherwise.applies(.max))
  }

  @Test func aTableWithoutRowsStillDecides() {
    let empty = RuleTable<Int, Bool>([], otherwise: "Z", "there are no rows", then: false)
    #expect(empty.decide(0) == Decision(rule: "Z", verdict: false, because: "there are no rows"))
  }
}
