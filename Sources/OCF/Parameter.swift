/// One resource parameter. It is declared once; parsing, `meta-data`, `validate-all` and the manual follow from it.
public struct Parameter: Sendable, Equatable {
  /// What a value must look like.
  public enum Content: Sendable, Equatable {
    /// Any text.
    case string
    /// An absolute path.
    case path
    /// `true`, `false`, and the other words Pacemaker knows.
    case boolean
    /// A whole number within the range.
    case integer(ClosedRange<Int>)
    /// A time span such as `10`, `10s`, `500ms`, `2min`, within the range.
    case duration(ClosedRange<Duration>)
    /// One of these words.
    case choice([String])
  }

  /// The name, as the operator writes it.
  public let name: String
  /// What a value must look like.
  public let content: Content
  /// The value when none is given; nil when the agent finds one on the node, or does without.
  public let defaultValue: String?
  /// True if the agent can do nothing without it.
  public let isRequired: Bool
  /// True if a change takes effect by `reload-agent`, without a restart.
  public let isReloadable: Bool
  /// Parameters of one group must differ, taken together, between resources.
  public let uniqueGroup: String?
  /// The environment's variable that Pacemaker gives it in.
  public var variable: String { "OCF_RESKEY_" + name }
  /// A few words, no full stop.
  public let title: String
  /// Sentences for the manual.
  public let text: String

  /// Declares a parameter.
  public init(
    _ name: String, _ content: Content, default defaultValue: String? = nil,
    required isRequired: Bool = false, reloadable isReloadable: Bool = false, uniqueGroup: String? = nil,
    title: String, text: String
  ) {
    self.name = name
    self.content = content
    self.defaultValue = defaultValue
    self.isRequired = isRequired
    self.isReloadable = isReloadable
    self.uniqueGroup = uniqueGroup
    self.title = title
    self.text = text
  }

  /// Why `value` is not acceptable, as "is X; needs Y", or nil if it is.
  public func objection(to value: String) -> String? {
    if value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
      return "has a control character; needs plain text"
    }
    switch content {
    case .string: return nil
    case .path:
      return value.hasPrefix("/") ? nil : "is \"\(value)\"; needs an absolute path"
    case .boolean:
      return Parameter.boolean(value) == nil ? "is \"\(value)\"; needs true or false" : nil
    case .integer(let range):
      guard let number = Int(value) else { return "is \"\(value)\"; needs a whole number" }
      return range.contains(number)
        ? nil : "is \(number); needs \(range.lowerBound) to \(range.upperBound)"
    case .duration(let range):
      guard let duration = Duration(pacemaker: value) else {
        return "is \"\(value)\"; needs a time such as 10s, 500ms or 2min"
      }
      return range.contains(duration)
        ? nil : "is \(value); needs \(range.lowerBound.brief) to \(range.upperBound.brief)"
    case .choice(let words):
      return words.contains(value) ? nil : "is \"\(value)\"; needs \(words.joined(separator: " or "))"
    }
  }

  /// Reads the words for truth that Pacemaker knows (`crm_str_to_boolean`); nil for anything else.
  public static func boolean(_ word: String) -> Bool? {
    switch word.lowercased() {
    case "true", "on", "yes", "y", "1": true
    case "false", "off", "no", "n", "0": false
    default: nil
    }
  }
}
