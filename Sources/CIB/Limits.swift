extension ClusterState {
  /// How large a text is still read. Checked before the XML parser sees it, so a hostile text costs little.
  public struct Limits: Sendable, Equatable {
    /// The whole text, in bytes.
    public var bytes: Int
    /// Elements within elements.
    public var depth: Int
    /// All elements.
    public var elements: Int
    /// Attributes of one element. libxml2 before 2.12 compares each with each other, so this bounds time.
    public var attributesPerElement: Int

    /// 64 MiB, 64 levels, two million elements, 256 attributes each: many times the largest CIB seen, in 3 GB at most.
    public static let standard = Limits(
      bytes: 64 << 20, depth: 64, elements: 2_000_000, attributesPerElement: 256)

    /// The given limits.
    public init(bytes: Int, depth: Int, elements: Int, attributesPerElement: Int) {
      self.bytes = bytes
      self.depth = depth
      self.elements = elements
      self.attributesPerElement = attributesPerElement
    }
  }
}
