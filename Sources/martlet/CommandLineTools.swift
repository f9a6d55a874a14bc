internal import ArgumentParser
internal import CIB
internal import Glibc
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
    let place = ["/usr/sbin", "/sbin", "/usr/bin"].map { "\($0)/\(name)" }.first(where: Files.exists) ?? name
    do throws(CommandError) {
      guard place.hasPrefix("/") else {
        throw CommandError.cannotStart(
          executable: name, reason: "not found in /usr/sbin, /sbin, /usr/bin; is Pacemaker installed?",
          errno: ENOENT)
      }
      var command = Command(place, arguments, environment: environment)
      command.outputLimit = 64 << 20
      let result = try command.run(until: Deadline(after: .seconds(30)))
      guard result.succeeded else {
        let said =
          (result.errors + result.output).split(whereSeparator: \.isNewline).first.map { String($0) }
          ?? "nothing"
        throw CommandError.failed(executable: name, ending: result.ending, message: said)
      }
      return result.output
    } catch {
      throw failure(error.reason, code: 3)
    }
  }
}
