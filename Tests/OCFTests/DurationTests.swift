import Testing

@testable import OCF

@Suite struct DurationTests {
  @Test(arguments: [
    ("10", Duration.seconds(10)), ("10s", .seconds(10)), ("10sec", .seconds(10)), ("0", .zero),
    ("250ms", .milliseconds(250)), ("250msec", .milliseconds(250)),
    ("7us", .microseconds(7)), ("7usec", .microseconds(7)),
    ("2m", .seconds(120)), ("2min", .seconds(120)), ("3h", .seconds(10800)), ("3hr", .seconds(10800)),
    ("10S", .seconds(10)), ("2Min", .seconds(120)), ("250MS", .milliseconds(250)),
    ("1000000000h", .seconds(3_600_000_000_000)),
  ])
  func isReadAsPacemakerDoes(text: String, duration: Duration) {
    #expect(Duration(pacemaker: text) == duration)
  }

  @Test(arguments: [
    "", "s", "ms", "-1", "+1", "1.5s", "10 s", " 10", "10x", "10secs", "10ss", "٣s", "1000000001",
    "99999999999999999999",
  ])
  func anythingElseIsNotADuration(text: String) {
    #expect(Duration(pacemaker: text) == nil)
  }

  @Test func millisecondsAreRoundedDown() {
    #expect(Duration.microseconds(1999).wholeMilliseconds == 1)
    #expect(Duration.seconds(90).wholeMilliseconds == 90_000)
    #expect(Duration.zero.wholeMilliseconds == 0)
  }

  @Test(arguments: [
    (Duration.zero, "0ms"), (.milliseconds(999), "999ms"), (.seconds(1), "1s"),
    (.milliseconds(1050), "1s"), (.milliseconds(1500), "1.5s"), (.milliseconds(9999), "9.9s"),
    (.milliseconds(10_500), "10s"), (.seconds(90), "90s"),
  ])
  func isShownBriefly(duration: Duration, text: String) {
    #expect(duration.brief == text)
  }
}
