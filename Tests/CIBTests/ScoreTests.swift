import CIB
import Testing

@Test(arguments: [
  ("1001", 1001), ("-1", -1), ("+5", 5), ("INFINITY", 1_000_000), ("+infinity", 1_000_000),
  ("-INFINITY", -1_000_000),
  ("1000001", 1_000_000), ("-99999999999999999999", -1_000_000), ("=-1", 0), ("", 0), ("red", -1_000_000),
  ("12abc", 12),
])
func scoresAreReadAsPacemakerReadsThem(text: String, expected: Int) {
  #expect(ClusterState.Score(text).rawValue == expected)
}
