internal import CIB
internal import Glibc
internal import Host

/// Why the cluster's state is not known.
struct Unreadable: Error {
  let reason: String
}

/// Where the cluster's state is read from.
struct CIBSource {
  /// A saved CIB; nil for the cluster's own.
  let file: String?

  /// What is there now.
  func state() throws(Unreadable) -> ClusterState {
    let bytes = try read()
    do throws(CIBError) {
      return try ClusterState.parse(bytes)
    } catch {
      throw Unreadable(reason: "\(file.map { "\($0): " } ?? "")\(error.reason)")
    }
  }

  /// Its bytes.
  func read() throws(Unreadable) -> [UInt8] {
    guard let file else { return try ask() }
    do throws(HostError) {
      return try Files.read(file == "-" ? "/dev/stdin" : file, limit: 64 << 20)
    } catch {
      throw Unreadable(reason: error.reason)
    }
  }

  private func ask() throws(Unreadable) -> [UInt8] {
    do throws(CommandError) {
      return try ClusterTools(node: nil, instance: "", limit: .seconds(10)).queryCIB(local: true)
    } catch {
      let right = geteuid() == 0 ? "" : "; is asked as user id \(geteuid()), needs root or group haclient"
      throw Unreadable(
        reason:
          "the cluster does not answer on this node: \(error.reason)\(right); `martlet status --cib FILE` shows a saved CIB"
      )
    }
  }
}
