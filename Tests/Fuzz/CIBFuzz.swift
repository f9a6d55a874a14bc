/// libFuzzer's entry: whatever the bytes are, reading them ends with facts or with one line of reason, and every
/// question about the facts has an answer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCIB(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do throws(CIBError) {
    let state = try ClusterState.parse(bytes)
    let ids = state.resources.map(\.id) + state.nodes.flatMap(\.histories).map(\.id)
    for node in state.nodes {
      _ = state.availability(of: node.name)
      _ = (node.isStandby, node.isInMaintenance, node.isShuttingDown, node.isFencingRequested)
      for id in ids.prefix(50) {
        precondition(
          !state.histories(of: id, on: node.name).contains { $0.operations.count != $0.inOrder.count })
        _ = (state.role(of: id, on: node.name), state.isManaged(id, on: node.name))
        _ = (state.promotionScore(of: id, on: node.name), state.failures(of: id, on: node.name))
        _ = state.address(of: node.name, for: id)
      }
    }
    for operation in state.nodes.flatMap(\.histories).flatMap(\.operations) {
      _ = (operation.isFailed, operation.isDegraded, operation.isPending)
    }
  } catch {
    precondition(!error.reason.isEmpty && error.reason.utf8.count < 700)
    precondition(error.reason.unicodeScalars.allSatisfy { $0.value >= 32 })
  }
  _ = try? FencingEvent.parse(bytes)
  return 0
}
