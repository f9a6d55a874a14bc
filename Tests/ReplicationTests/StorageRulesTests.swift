import OCF
import Replication
import Testing
import TestSupport

@Suite struct StorageRulesTests {
  @Test func holdsForEveryCombination() {
    var coverage = Coverage(storageRules)
    for condition in StorageCondition.allCases {
      for isPrimary in [false, true] {
        for policy in SickPolicy.allCases {
          for hasPeer in [false, true] {
            let step = coverage.decide(
              StorageFacts(condition: condition, isPrimary: isPrimary, policy: policy, hasPeer: hasPeer)
            ).verdict
            #expect((step == .nothing) == (condition == .sound))
            // Nobody gives way for a standby's sake, against the operator's wish, or to nobody.
            #expect(
              (step == .failOver) == (condition != .sound && isPrimary && policy == .failover && hasPeer))
          }
        }
      }
    }
    #expect(coverage.decided == Set(coverage.ids))
    #expect(coverage.unordered == [])
    #expect(coverage.sentenceOnly == ["storage/20 storage/30", "storage/30 storage/32"])
  }
}
