internal import Replication

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
