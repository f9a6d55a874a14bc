import OCF
import Replication
import TestSupport
import Testing

@Suite struct SaturationRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(saturationRules)
    let limit = Duration.seconds(60)
    for full in [Duration?.none, .zero, .seconds(59), .seconds(60)] {
      for primary in [Duration?.none, .seconds(599), .seconds(600)] {
        for policy in FullPolicy.allCases {
          for hasPeer in [false, true] {
            let step = coverage.decide(
              SaturationFacts(
                fullFor: full, primaryFor: primary, policy: policy, limit: limit, hasPeer: hasPeer)
            ).verdict
            #expect((step == .nothing) == (full == nil))
            // Nobody gives way for a standby's sake, too early, too often, against the operator's wish, or to nobody.
            #expect(
              (step == .failOver)
                == (full == limit && primary == .seconds(600) && policy == .failover && hasPeer))
          }
        }
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == [])
    #expect(
      coverage.sentenceOnly == [
        "saturation/20 saturation/30", "saturation/30 saturation/32", "saturation/32 saturation/34",
        "saturation/34 saturation/36",
      ])
  }

  @Test func wording() {
    var wording = Wording()
    wording.add(saturationRules)
    #expect(wording.problems == [])
  }
}
