internal import Replication

extension Manual {
  /// States of an instance that is brought back, besides those of its health.
  static var rejoinStates: [(String, String)] {
    [
      ("rejoining (degraded)", "it diverged, and is being brought back; RESOURCE-rejoin says how far"),
      (
        "rejoin-failed (degraded)",
        "bringing it back was interrupted or failed, and no server may be started on its data until it succeeds"
      ),
    ]
  }

  /// Rules that are the same for every database.
  static func shared(_ markdown: Bool) -> [String] {
    [
      section("late", "When the server of a crashed primary is started again", lateStartRules, markdown) {
        $0.meaning
      },
      section("storage", "What a monitor does about storage that takes no writes", storageRules, markdown) {
        $0.meaning
      },
      section("saturation", "What a monitor does when all connections are taken", saturationRules, markdown) {
        $0.meaning
      },
      section("lease", "What becomes of a primary whose cluster is gone", leaseRules, markdown) {
        $0.meaning
      },
      section("preflight", "What is checked before a planned switchover", preflightRules, markdown) {
        $0.meaning
      },
    ]
  }

  static func rejoin(_ markdown: Bool) -> [String] {
    [
      section("rejoin", "What a monitor does about an instance that diverged", rejoinRules, markdown) {
        $0.meaning
      },
      section("method", "How an instance that diverged is brought back", rejoinMethodRules, markdown) {
        $0.meaning
      },
    ]
  }
}

extension RejoinStep {
  var meaning: String {
    switch self {
    case .nothing: "nothing"
    case .watch: "says how far it is: 190, degraded"
    case .launch: "launches the worker"
    case .wait: "looks again with the next monitor"
    case .hold: "stays as it is, and says why"
    }
  }
}

extension RejoinMethod {
  var meaning: String {
    switch self {
    case .rewind: "takes from the primary what differs"
    case .cloneBeside: "copies the primary beside the old data, which goes when the copy streams"
    case .cloneInPlace: "removes the old data, and copies the primary"
    case .none: "stays as it is, and says why"
    }
  }
}

extension LateStartStep {
  var meaning: String {
    switch self {
    case .now: "the start action starts it"
    case .later: "start succeeds without a server; once the other is promoted, a monitor starts it"
    }
  }
}

extension LeaseStep {
  var meaning: String {
    switch self {
    case .renew: "goes on; the lease begins anew"
    case .wait: "goes on"
    case .end: "its server is ended"
    }
  }
}

extension SaturationStep {
  var meaning: String {
    switch self {
    case .nothing: "nothing"
    case .say: "RESOURCE-connections says full; a primary is degraded"
    case .failOver: "9 failed (promoted): another node is promoted"
    }
  }
}

extension StorageStep {
  var meaning: String {
    switch self {
    case .nothing: "nothing"
    case .say: "190 or 191, degraded; state sick"
    case .failOver: "9 failed (promoted): another node is promoted"
    }
  }
}
