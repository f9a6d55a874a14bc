internal import CIB

extension InstanceOverview {
  /// What an operator can type where something is not as it should be; empty where nothing need be done.
  func hints(for id: String) -> [String] {
    var hints: [String] = []
    if isOnStandby { hints.append("crm_attribute --node \(node) --name standby --delete") }
    switch state {
    case "paused":
      hints.append("on \(node), in the database: SELECT pg_wal_replay_resume()")
    case "diverged", "foreign", "left-behind", "rejoin-failed":
      hints.append(
        "crm_resource --restart --resource \(id) --node \(node)   # to try again what the parameter rejoin allows"
      )
    case "loss-possible":
      hints.append("bring the missed nodes back; or, if acknowledged commits may be lost:")
      hints.append(
        "crm_attribute --type=crm_config --set-name=martlet --name=\(id)-accept-loss --update=\(node)")
    case "sick":
      hints.append("make room on the disk, or mend it; then everything goes on by itself")
    case "not-replaying", "not-applying", "broken":
      hints.append("look into the server's log on \(node)")
    default: break
    }
    if failures > 0 {
      hints.append(
        "crm_resource --cleanup --resource \(id) --node \(node)   # once the failure is understood")
    }
    return hints
  }
}
