extension AgentDescription {
  /// The answer to `meta-data`: OCF 1.1, with the grammar inside.
  ///
  /// Three foreign rules shape it. `ocf-tester` validates against a DTD of 2006 that knows no OCF 1.1, unless the
  /// document brings its own; crmsh refuses an encoding in the XML declaration (crmsh/ra.py), so the text stays
  /// ASCII; pcs refuses the attribute `private` that Pacemaker knows.
  public var xml: String {
    var lines = ["<?xml version=\"1.0\"?>", Self.grammar]
    lines.append("<resource-agent name=\"\(escaped(name))\" version=\"\(escaped(version))\">")
    lines.append("<version>1.1</version>")
    lines.append("<longdesc lang=\"en\">\n\(escaped(text))\n</longdesc>")
    lines.append("<shortdesc lang=\"en\">\(escaped(title))</shortdesc>")
    lines.append("<parameters>")
    for parameter in parameters { lines.append(xml(of: parameter)) }
    lines.append("</parameters>\n<actions>")
    for action in actions { lines.append(xml(of: action)) }
    lines.append("</actions>\n</resource-agent>\n")
    return lines.joined(separator: "\n")
  }

  private func xml(of parameter: Parameter) -> String {
    var attributes = "name=\"\(escaped(parameter.name))\" required=\"\(parameter.isRequired ? 1 : 0)\""
    if let group = parameter.uniqueGroup {
      // Tools before OCF 1.1 know only the attribute unique.
      attributes += " unique=\"1\" unique-group=\"\(escaped(group))\""
    }
    attributes += " reloadable=\"\(parameter.isReloadable ? 1 : 0)\""
    let value = parameter.defaultValue.map { " default=\"\(escaped($0))\"" } ?? ""
    let content: String
    switch parameter.content {
    case .string, .path, .duration: content = "<content type=\"string\"\(value)/>"
    case .boolean: content = "<content type=\"boolean\"\(value)/>"
    case .integer: content = "<content type=\"integer\"\(value)/>"
    case .choice(let words):
      let options = words.map { "<option value=\"\(escaped($0))\"/>" }.joined()
      content = "<content type=\"select\"\(value)>\(options)</content>"
    }
    return """
      <parameter \(attributes)>
      <longdesc lang="en">\(escaped(parameter.text))</longdesc>
      <shortdesc lang="en">\(escaped(parameter.title))</shortdesc>
      \(content)
      </parameter>
      """
  }

  private func xml(of advertised: AdvertisedAction) -> String {
    var line = "<action name=\"\(advertised.action.rawValue)\" timeout=\"\(advertised.timeout.brief)\""
    if let interval = advertised.interval { line += " interval=\"\(interval.brief)\"" }
    if let role = advertised.role { line += " role=\"\(role.rawValue)\"" }
    return line + "/>"
  }

  /// Most text needs nothing, and Pacemaker waits for `meta-data`.
  private func escaped(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      byte < 0x80 && byte != UInt8(ascii: "&") && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">")
        && byte != UInt8(ascii: "\"")
    }
    if isPlain { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result += scalar.isASCII ? String(scalar) : "&#\(scalar.value);"
      }
    }
    return result
  }

  private static let grammar = """
    <!DOCTYPE resource-agent [
    <!ELEMENT resource-agent (version,longdesc,shortdesc,parameters?,actions)>
    <!ATTLIST resource-agent name CDATA #REQUIRED version CDATA #IMPLIED>
    <!ELEMENT version (#PCDATA)>
    <!ELEMENT parameters (parameter*)>
    <!ELEMENT actions (action*)>
    <!ELEMENT parameter (deprecated?,longdesc+,shortdesc+,content)>
    <!ATTLIST parameter name CDATA #REQUIRED required (1|0) #IMPLIED unique (1|0) #IMPLIED
      unique-group CDATA #IMPLIED reloadable (1|0) #IMPLIED>
    <!ELEMENT deprecated (replaced-with|desc)*>
    <!ELEMENT replaced-with EMPTY>
    <!ATTLIST replaced-with name CDATA #REQUIRED>
    <!ELEMENT desc ANY>
    <!ATTLIST desc lang NMTOKEN #IMPLIED>
    <!ELEMENT longdesc ANY>
    <!ATTLIST longdesc lang NMTOKEN #IMPLIED>
    <!ELEMENT shortdesc ANY>
    <!ATTLIST shortdesc lang NMTOKEN #IMPLIED>
    <!ELEMENT content (option*)>
    <!ATTLIST content type (string|integer|boolean|select) #REQUIRED default CDATA #IMPLIED>
    <!ELEMENT option EMPTY>
    <!ATTLIST option value CDATA #REQUIRED>
    <!ELEMENT action EMPTY>
    <!ATTLIST action name CDATA #REQUIRED timeout CDATA #REQUIRED interval CDATA #IMPLIED
      start-delay CDATA #IMPLIED role CDATA #IMPLIED depth CDATA #IMPLIED>
    ]>
    """
}
