internal import CLibXML2

/// A parsed XML document, freed when it goes out of scope. Elements of it are valid only as long as it lives.
struct CIBDocument: ~Copyable {
  private let document: UnsafeMutablePointer<xmlDoc>

  /// The document in `bytes`, which must be within `limits` and must not have a document type.
  init(_ bytes: [UInt8], limits: ClusterState.Limits) throws(CIBError) {
    try MarkupScanner.check(bytes, limits: limits)
    var message = [CChar](repeating: 0, count: 256)
    var line: Int32 = 0
    let parsed = bytes.withUnsafeBytes { bytes in
      message.withUnsafeMutableBufferPointer { message -> UnsafeMutablePointer<xmlDoc>? in
        guard let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
          let messageText = message.baseAddress
        else { return nil }
        return cxml_parse(text, Int32(clamping: bytes.count), messageText, Int32(message.count), &line)
      }
    }
    guard let parsed else { throw Self.failure(message, line: Int(line)) }
    document = parsed
  }

  deinit { cxml_free_document(document) }

  /// Runs `body` with the root element; nothing that refers to an element may leave it.
  func withRoot<Value>(_ body: (Element) throws(CIBError) -> Value) throws(CIBError) -> Value {
    guard let root = cxml_root(document) else {
      throw CIBError(.notWellFormed, "CIB: no element; needs the output of cibadmin --query")
    }
    return try body(Element(root))
  }

  private static func failure(_ message: [CChar], line: Int) -> CIBError {
    let text = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    if line < 0 {
      return CIBError(.noParser, "CIB: cannot be parsed (\(printable(text))); needs the library libxml2")
    }
    if text.isEmpty {
      return CIBError(.outOfMemory, "CIB: no memory to parse it; needs about 20 times its size")
    }
    return CIBError(
      .notWellFormed,
      "CIB: not well-formed (line \(line): \(printable(text))); needs the output of cibadmin --query")
  }
}

/// `text` on one line: what is not printable becomes a space, blanks at the ends go, and it is cut after 120 characters.
func printable(_ text: String) -> String {
  let line = text.unicodeScalars.prefix(120).map { scalar in
    scalar.value < 32 || (127..<160).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
      ? " " : Character(scalar)
  }
  return String(line[...].drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
}
