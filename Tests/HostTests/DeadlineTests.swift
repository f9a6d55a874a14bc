import Testing

@testable import Host

@Suite struct DeadlineTests {
  @Test func aPastDeadlineHasNothingLeft() {
    let past = Deadline(after: .seconds(-5))
    #expect(past.isPast)
    #expect(past.remaining == .zero)
  }

  @Test func theEarlierOfTwoIsKept() {
    let far = Deadline(after: .seconds(100))
    #expect(far.earlier(.seconds(1)).remaining <= .seconds(1))
    #expect(far.earlier(.seconds(1000)) == far)
    #expect(far.less(.seconds(60)).remaining <= .seconds(40))
    #expect(far.less(.seconds(60)) < far)
  }

  @Test func pollTimeoutIsRoundedUpAndFits() {
    #expect(Deadline(after: .zero).pollTimeout == 0)
    #expect(Deadline(after: .microseconds(900)).pollTimeout == 1)
    #expect(Deadline(after: .seconds(1 << 60)).pollTimeout == .max)
  }

  @Test func pauseStopsAtTheDeadline() {
    let start = ContinuousClock.now
    pause(.seconds(30), until: Deadline(after: .milliseconds(50)))
    #expect(.milliseconds(50)...(.seconds(5)) ~= ContinuousClock.now - start)
  }
}
