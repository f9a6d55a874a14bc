import Testing

@testable import OCF

private let prefix = "OCF_RESKEY_CRM_meta_notify_"

private func environment(_ variables: [String: String]) -> [String: String] {
  var result: [String: String] = [:]
  for (name, value) in variables { result[prefix + name] = value }
  return result
}

@Suite struct NotificationTests {
  /// What Pacemaker 2.1 sends before a promotion: both spellings of the roles, and one space for an empty list.
  private let failover = environment([
    "type": "pre", "operation": "promote",
    "active_uname": "pg1 pg2 pg3", "promoted_uname": "pg1", "master_uname": "pg1",
    "unpromoted_uname": "pg2 pg3", "slave_uname": "pg2 pg3", "start_uname": " ", "stop_uname": "pg1",
    "promote_uname": "pg2", "demote_uname": "pg1", "inactive_resource": " ",
  ])

  @Test func listsAreReadOnceThoughSentTwice() {
    let lists = TransitionLists(environment: failover)
    #expect(lists?.active == ["pg1", "pg2", "pg3"])
    #expect(lists?.promoted == ["pg1"])
    #expect(lists?.unpromoted == ["pg2", "pg3"])
    #expect(lists?.starting == [])
    #expect(lists?.stopping == ["pg1"])
    #expect(lists?.promoting == ["pg2"])
    #expect(lists?.demoting == ["pg1"])
  }

  @Test func namesBefore21AreRead() {
    let lists = TransitionLists(
      environment: environment(["active_uname": "a b", "master_uname": "a", "slave_uname": "b"]))
    #expect(lists?.promoted == ["a"])
    #expect(lists?.unpromoted == ["b"])
  }

  @Test func thePresentNameWinsEvenWhenItsListIsEmpty() {
    let lists = TransitionLists(
      environment: environment([
        "active_uname": "a b", "promoted_uname": " ", "master_uname": "a", "unpromoted_uname": "a b",
        "slave_uname": "b",
      ]))
    #expect(lists?.promoted == [])
    #expect(lists?.unpromoted == ["a", "b"])
  }

  @Test func oneSpaceIsAnEmptyListButNotAnAbsentOne() {
    let lists = TransitionLists(environment: environment(["active_uname": " "]))
    #expect(lists == TransitionLists())
    #expect(TransitionLists(environment: environment(["active_uname": ""])) == TransitionLists())
  }

  @Test func withoutListsThereAreNone() {
    #expect(TransitionLists(environment: [:]) == nil)
    #expect(TransitionLists(environment: environment(["type": "pre", "operation": "stop"])) == nil)
  }

  @Test func aNotificationIsRead() {
    let notification = Notification(environment: failover)
    #expect(notification?.moment == .pre)
    #expect(notification?.operation == .promote)
    #expect(notification?.lists.promoting == ["pg2"])
  }

  @Test(arguments: [
    [:], ["type": "pre"], ["operation": "promote"], ["type": "during", "operation": "promote"],
    ["type": "post", "operation": "migrate_to"], ["type": "", "operation": ""],
  ])
  func whatIsNoNotificationIsNone(variables: [String: String]) {
    #expect(Notification(environment: environment(variables)) == nil)
  }

  @Test func aNotificationWithoutListsHasEmptyOnes() {
    let notification = Notification(environment: environment(["type": "post", "operation": "start"]))
    #expect(notification == Notification(.post, .start, TransitionLists()))
  }

  @Test func theEnvironmentOfOtherActionsHasListsButNoNotification() {
    let variables = failover.filter { !$0.key.hasSuffix("_type") && !$0.key.hasSuffix("_operation") }
    let call = Invocation(environment: variables)
    #expect(call.lists?.promoting == ["pg2"])
    #expect(call.notification == nil)
  }
}

@Suite struct TransitionListsTests {
  private func lists(_ change: (inout TransitionLists) -> Void) -> TransitionLists {
    var lists = TransitionLists()
    change(&lists)
    return lists
  }

  @Test func afterAFailoverTheOtherIsPromoted() {
    let lists = lists {
      $0.active = ["a", "b"]
      $0.promoted = ["a"]
      $0.stopping = ["a"]
      $0.demoting = ["a"]
      $0.promoting = ["b"]
    }
    #expect(lists.promotedAfterwards == ["b"])
    #expect(lists.activeAtPromotion == ["b"])
  }

  @Test func aRestartedPrimaryIsNamedOnce() {
    let lists = lists {
      $0.active = ["a", "b"]
      $0.promoted = ["a"]
      $0.demoting = ["a"]
      $0.stopping = ["a"]
      $0.starting = ["a"]
      $0.promoting = ["a"]
    }
    #expect(lists.promotedAfterwards == ["a"])
    #expect(lists.activeAtPromotion == ["a", "b"])
  }

  /// pacemaker: after a reload the scheduler may promote what is promoted already.
  @Test func promotingAPrimaryAgainNamesItOnce() {
    let lists = lists {
      $0.active = ["a"]
      $0.promoted = ["a"]
      $0.promoting = ["a"]
    }
    #expect(lists.promotedAfterwards == ["a"])
  }

  @Test func aPrimaryThatOnlyStopsOrOnlyDemotesIsNoneAfterwards() {
    let stopped = lists {
      $0.promoted = ["a"]
      $0.stopping = ["a"]
    }
    let demoted = lists {
      $0.promoted = ["a"]
      $0.demoting = ["a"]
    }
    #expect(stopped.promotedAfterwards == [])
    #expect(demoted.promotedAfterwards == [])
  }

  @Test func nothingChangesWhereNothingHappens() {
    let lists = lists {
      $0.active = ["a", "b"]
      $0.promoted = ["a"]
      $0.unpromoted = ["b"]
    }
    #expect(lists.promotedAfterwards == ["a"])
    #expect(lists.activeAtPromotion == ["a", "b"])
  }

  @Test func aColdStartCountsThoseThatStart() {
    let lists = lists {
      $0.starting = ["b", "a"]
      $0.promoting = ["b"]
    }
    #expect(lists.promotedAfterwards == ["b"])
    #expect(lists.activeAtPromotion == ["b", "a"])
  }
}
