extension ClusterState {
  /// How large a text is still read. Checked before the XML parser sees it, so a hostile text costs little.
  public struct Limits: Sendable, Equatable {
    /// The whole text, in bytes.
    public var bytes: Int
    /// Elements within elements.
    public var depth: Int
    /// All elements, comments and processing instructions.
    public var elements: Int
    /// All attributes.
    public var attributes: Int
    /// Attributes of one element. libxml2 before 2.12 compares each with each other, so this bounds time.
    public var attributesPerElement: Int

    /// 64 MiB, 64 levels, half a million elements, three million attributes, 256 for each element: more than a real
    /// CIB of 64 MiB has, and about 1 GB of memory while parsing.
    public static let standard = Limits(
      bytes: 64 << 20, depth: 64, elements: 500_000, attributes: 3_000_000, attributesPerElement: 256)

    /// The given limits.
    public init(bytes: Int, depth: Int, elements: Int, attributes: Int, attributesPerElement: Int) {
      self.bytes = bytes
      self.depth = depth
      self.elements = elements
      self.attributes = attributes
      self.attributesPerElement = attributesPerElement
    }
  }
}
