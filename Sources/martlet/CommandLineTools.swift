internal import ArgumentParser
internal import CIB
internal import Host

/// Pacemaker's own tools, for a command of the operator's: what goes wrong is one line on standard error, and the exit code.
struct CommandLineTools {
  /// As it was typed, for messages.
  let command: String

  /// The line is printed; the error ends the command with that code.
  func failure(_ reason: String, code: Int32) -> any Error {
    printError("\(command): \(reason)")
    return ExitCode(code)
  }

  /// What the cluster says now, or a saved CIB says.
  func state(_ file: String? = nil) throws -> ClusterState {
    do throws(Unreadable) {
      return try CIBSource(file: file).state()
    } catch {
      throw failure(error.reason, code: 3)
    }
  }

  /// The CIB itself; with `code` the command ends where it cannot be read.
  func cib(_ file: String? = nil, code: Int32 = 3) throws -> [UInt8] {
    do throws(Unreadable) {
      return try CIBSource(file: file).read()
    } catch {
      throw failure(error.reason, code: code)
    }
  }

  /// Runs a tool, and returns what it printed.
  func run(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
    do throws(CommandError) {
      return try ClusterTools(node: nil, instance: "", limit: .seconds(30), environment: environment)
        .output(of: name, arguments)
    } catch {
      throw failure(error.reason, code: 3)
    }
  }
}
