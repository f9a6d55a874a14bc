import Testing

@testable import CIB

@Test(arguments: [
  ("10", 10_000), ("10s", 10_000), (" 10 sec", 10_000), ("500ms", 500), ("1500 MSEC", 1500), ("1min", 60_000),
  ("2m", 120_000), ("1h", 3_600_000), ("1.9s", 1000), ("2000us", 2), ("PT10S", 10_000), ("PT1M30S", 90_000),
  ("P1DT2H", 93_600_000), ("P1W", 604_800_000), ("0", 0), ("", nil), ("ten", nil), ("10 parsecs", nil),
  ("PT", nil),
  ("P", nil), ("PT10", nil), ("PS10", nil), ("-5", nil), ("99999999999999999999h", 99_999_997_200_000),
])
func intervals(text: String, milliseconds: Int?) {
  #expect(duration(text) == milliseconds.map { .milliseconds($0) })
}
