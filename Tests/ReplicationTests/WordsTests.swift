import ReplicationActions
import Testing

@Suite struct WordsTests {
  @Test(
    arguments: [
      ("", []), ("   ", []), ("-c work_mem=64MB", ["-c", "work_mem=64MB"]), (" -B  \t16MB ", ["-B", "16MB"]),
      ("-c \"search_path=a, b\"", ["-c", "search_path=a, b"]), ("a\"b c\"d", ["ab cd"]), ("\"\"", [""]),
      ("-c x=\"\" y", ["-c", "x=", "y"]), ("\"never closed x", ["never closed x"]),
      ("$(reboot);'a b'`c`\\", ["$(reboot);'a", "b'`c`\\"]),
    ] as [(String, [String])])
  func splitsArguments(text: String, words: [String]) {
    #expect(splitArguments(text) == words)
  }
}
