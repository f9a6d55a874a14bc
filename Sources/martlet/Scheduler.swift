internal import Glibc
internal import Host

/// Pacemaker's own scheduler, asked about a copy of the cluster's state: nothing is changed.
struct Scheduler {
  private let tools: CommandLineTools

  init(_ tools: CommandLineTools) { self.tools = tools }

  /// What the cluster would do, a line for each action.
  /// - Parameters:
  ///   - injected: crm_simulate's arguments for what is to be supposed.
  ///   - file: a saved CIB; nil for the cluster's own.
  ///   - prepare: changes the copy, of which it gets the path.
  func plan(_ injected: [String], on file: String? = nil, prepare: (String) throws -> Void = { _ in }) throws
    -> [String]
  {
    // Nobody else may put something in its place.
    var template = Array("/tmp/martlet-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw tools.failure("no directory can be made in /tmp: \(String(cString: strerror(errno)))", code: 3)
    }
    let directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let copy = "\(directory)/cib.xml"
    defer {
      try? Files.remove(copy)
      rmdir(directory)
    }
    let whole = try tools.cib(file)
    do throws(HostError) {
      try Files.writeAtomically(String(decoding: whole, as: UTF8.self), to: copy, mode: 0o600)
    } catch {
      throw tools.failure(error.reason, code: 3)
    }
    try prepare(copy)
    let text = try tools.run("crm_simulate", ["--simulate", "--xml-file", copy] + injected)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return Array(lines.drop { !$0.hasPrefix("Transition Summary:") }.dropFirst().prefix { !$0.isEmpty })
  }
}
