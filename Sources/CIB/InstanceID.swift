/// A resource's id in the history or in OCF_RESOURCE_INSTANCE: the primitive's id, with the instance's number where
/// Pacemaker writes it (`pg:0`). A primitive's id itself has no colon, since it is an XML name.
struct InstanceID: Equatable {
  let base: String
  let number: String?

  init(_ id: String) {
    let parts = id.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let base = parts.first, let number = parts.dropFirst().first, !number.isEmpty,
      number.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else {
      self.base = id
      self.number = nil
      return
    }
    self.base = String(decoding: base, as: UTF8.self)
    self.number = String(decoding: number, as: UTF8.self)
  }

  /// Whether what is recorded under `recorded` is about this instance: the same primitive, and the same number if
  /// both have one. An anonymous clone's instances are recorded without.
  func covers(_ recorded: String) -> Bool {
    let other = InstanceID(recorded)
    return other.base == base && (number == nil || other.number == nil || other.number == number)
  }
}
