import Testing

@testable import OCF

/// Every sentence is written out: operators read them, and scripts of theirs look for them.
@Suite struct ParameterTests {
  private func objection(_ content: Parameter.Content, _ value: String) -> String? {
    Parameter("p", content, title: "", text: "").objection(to: value)
  }

  @Test func anyTextIsAString() {
    #expect(objection(.string, "/var run/µ=\"x\"") == nil)
    #expect(objection(.string, "") == nil)
  }

  @Test(arguments: ["a\nb", "a\r\nb", "a\tb", "\u{1b}[31m", "a\u{7f}", "\u{0}"])
  func controlCharactersAreRefusedWhateverTheContent(value: String) {
    let contents: [Parameter.Content] = [
      .string, .path, .boolean, .integer(0...9), .duration(.zero ... .seconds(9)), .choice([value]),
    ]
    for content in contents {
      #expect(objection(content, value) == "has a control character; needs plain text")
    }
  }

  @Test func pathsAreAbsolute() {
    #expect(objection(.path, "/") == nil)
    #expect(objection(.path, "/var/lib/postgresql/15/main") == nil)
    #expect(objection(.path, "main") == "is \"main\"; needs an absolute path")
    #expect(objection(.path, "~/main") == "is \"~/main\"; needs an absolute path")
    #expect(objection(.path, " /main") == "is \" /main\"; needs an absolute path")
    #expect(objection(.path, "") == "is \"\"; needs an absolute path")
  }

  @Test(arguments: [
    ("true", true), ("on", true), ("yes", true), ("y", true), ("1", true), ("TRUE", true), ("Yes", true),
    ("false", false), ("off", false), ("no", false), ("n", false), ("0", false), ("False", false),
  ])
  func truthIsSpelledAsPacemakerDoes(word: String, truth: Bool) {
    #expect(Parameter.boolean(word) == truth)
    #expect(objection(.boolean, word) == nil)
  }

  @Test(arguments: ["", "t", "maybe", "2", "true "])
  func otherWordsAreNoTruth(word: String) {
    #expect(Parameter.boolean(word) == nil)
    #expect(objection(.boolean, word) == "is \"\(word)\"; needs true or false")
  }

  @Test func integersLieWithinTheirRange() {
    let port = Parameter.Content.integer(1...65535)
    #expect(objection(port, "1") == nil)
    #expect(objection(port, "65535") == nil)
    #expect(objection(port, "0") == "is 0; needs 1 to 65535")
    #expect(objection(port, "65536") == "is 65536; needs 1 to 65535")
    #expect(objection(port, "-5432") == "is -5432; needs 1 to 65535")
    #expect(objection(port, "5432a") == "is \"5432a\"; needs a whole number")
    #expect(objection(port, " 5432") == "is \" 5432\"; needs a whole number")
    #expect(
      objection(port, "99999999999999999999") == "is \"99999999999999999999\"; needs a whole number")
  }

  @Test func durationsLieWithinTheirRange() {
    let limit = Parameter.Content.duration(.milliseconds(500) ... .seconds(120))
    #expect(objection(limit, "500ms") == nil)
    #expect(objection(limit, "2min") == nil)
    #expect(objection(limit, "499ms") == "is 499ms; needs 500ms to 120s")
    #expect(objection(limit, "121") == "is 121; needs 500ms to 120s")
    #expect(objection(limit, "soon") == "is \"soon\"; needs a time such as 10s, 500ms or 2min")
    #expect(objection(limit, "-1s") == "is \"-1s\"; needs a time such as 10s, 500ms or 2min")
  }

  @Test func choicesAreWordForWord() {
    let choice = Parameter.Content.choice(["failover", "recover"])
    #expect(objection(choice, "recover") == nil)
    #expect(objection(choice, "Recover") == "is \"Recover\"; needs failover or recover")
    #expect(objection(choice, "") == "is \"\"; needs failover or recover")
    #expect(objection(.choice(["a", "b", "c"]), "d") == "is \"d\"; needs a or b or c")
  }
}
