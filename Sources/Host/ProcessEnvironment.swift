internal import CPosix
internal import Glibc

/// The environment of this process, by name. What is not UTF-8 is replaced, so that nothing later can stumble on it.
public func processEnvironment() -> [String: String] {
  var variables: [String: String] = [:]
  guard var entry = cposix_environment() else { return variables }
  while let text = entry.pointee {
    let line = String(cString: text)
    if let equals = line.firstIndex(of: "=") {
      variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    entry += 1
  }
  return variables
}

/// This process.
public var currentProcess: Int32 { getpid() }
/// Takes variables out of this process's environment, so that no library reads them.
public func forgetEnvironment(where isUnwanted: (String) -> Bool) {
  for name in processEnvironment().keys where isUnwanted(name) { unsetenv(name) }
}
