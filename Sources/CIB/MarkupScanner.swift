/// Follows XML markup byte by byte, counting what the limits bound, before any memory is spent on a tree.
///
/// It agrees with an XML parser on every text up to the first place where the text is not well-formed, which is
/// as far as the parser gets; it judges nothing else.
struct MarkupScanner {
  private enum State {
    case text
    case markup
    case declaration
    case commentStart
    case comment(dashes: Int)
    case characterData(brackets: Int)
    case instruction(afterQuestionMark: Bool)
    case startTag(afterSlash: Bool)
    case value(quote: UInt8)
    case endTag
  }

  private let limits: ClusterState.Limits
  private var state = State.text
  private var depth = 0
  private var elements = 0
  private var attributes = 0
  private var attributesHere = 0

  private init(limits: ClusterState.Limits) { self.limits = limits }

  /// Returns if `bytes` is within `limits`, UTF-8, without NUL and without document type.
  static func check(_ bytes: [UInt8], limits: ClusterState.Limits) throws(CIBError) {
    guard bytes.contains(where: { !isBlank($0) }) else {
      throw CIBError(.empty, "CIB: empty (\(bytes.count) bytes); needs the output of cibadmin --query")
    }
    guard bytes.count <= min(limits.bytes, Int(Int32.max)) else {
      throw tooLarge("\(bytes.count) bytes", limit: limits.bytes)
    }
    do { _ = try UTF8Span(validating: bytes.span) } catch {
      throw CIBError(
        .encoding,
        "CIB: not UTF-8 (byte \(error.byteOffsets.lowerBound)); needs the output of cibadmin --query")
    }
    var scanner = MarkupScanner(limits: limits)
    for byte in bytes { try scanner.consume(byte) }
  }

  private mutating func consume(_ byte: UInt8) throws(CIBError) {
    if byte == 0 {
      throw CIBError(.encoding, "CIB: a NUL in the text; needs the output of cibadmin --query")
    }
    switch state {
    case .text:
      if byte == UInt8(ascii: "<") { state = .markup }
    case .value(let quote):
      if byte == quote { state = .startTag(afterSlash: false) }
    case .startTag(let afterSlash):
      try consumeInStartTag(byte, afterSlash: afterSlash)
    case .markup:
      try startMarkup(byte)
    case .endTag:
      if byte == UInt8(ascii: ">") {
        depth -= 1
        state = .text
      }
    default:
      try consumeInDeclaration(byte)
    }
  }

  private mutating func startMarkup(_ byte: UInt8) throws(CIBError) {
    switch byte {
    case UInt8(ascii: "/"): state = .endTag
    case UInt8(ascii: "!"): state = .declaration
    case UInt8(ascii: "?"):
      try countElement()
      state = .instruction(afterQuestionMark: false)
    default:
      try countElement()
      attributesHere = 0
      state = .startTag(afterSlash: false)
    }
  }

  private mutating func consumeInStartTag(_ byte: UInt8, afterSlash: Bool) throws(CIBError) {
    switch byte {
    case UInt8(ascii: ">"):
      state = .text
      guard !afterSlash else { return }
      depth += 1
      if depth > limits.depth { throw Self.tooLarge("\(depth) levels of elements", limit: limits.depth) }
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      attributes += 1
      attributesHere += 1
      if attributesHere > limits.attributesPerElement {
        throw Self.tooLarge("\(attributesHere) attributes in one element", limit: limits.attributesPerElement)
      }
      if attributes > limits.attributes {
        throw Self.tooLarge("\(attributes) attributes", limit: limits.attributes)
      }
      state = .value(quote: byte)
    default:
      state = .startTag(afterSlash: byte == UInt8(ascii: "/"))
    }
  }

  private mutating func consumeInDeclaration(_ byte: UInt8) throws(CIBError) {
    let isEnd = byte == UInt8(ascii: ">")
    switch state {
    case .declaration where byte == UInt8(ascii: "D"):
      throw CIBError(
        .documentType,
        "CIB: has a document type (<!DOCTYPE); needs the output of cibadmin --query, which has none")
    case .declaration where byte == UInt8(ascii: "-"): state = .commentStart
    case .declaration where byte == UInt8(ascii: "["):
      try countElement()
      state = .characterData(brackets: 0)
    case .commentStart where byte == UInt8(ascii: "-"):
      try countElement()
      state = .comment(dashes: 0)
    case .comment(let dashes):
      state = isEnd && dashes >= 2 ? .text : .comment(dashes: byte == UInt8(ascii: "-") ? dashes + 1 : 0)
    case .characterData(let brackets):
      state =
        isEnd && brackets >= 2
        ? .text : .characterData(brackets: byte == UInt8(ascii: "]") ? brackets + 1 : 0)
    case .instruction(let afterQuestionMark):
      state = isEnd && afterQuestionMark ? .text : .instruction(afterQuestionMark: byte == UInt8(ascii: "?"))
    default: state = .text  // not well-formed: the parser will say so
    }
  }

  private mutating func countElement() throws(CIBError) {
    elements += 1
    if elements > limits.elements { throw Self.tooLarge("\(elements) elements", limit: limits.elements) }
  }

  private static func tooLarge(_ evidence: String, limit: Int) -> CIBError {
    CIBError(.tooLarge, "CIB: too large (\(evidence)); at most \(limit) are read")
  }
}
