import Glibc

struct FileError: Error {
  let path: String
  let code: Int32
}

/// The whole file, without Foundation.
func contents(_ path: String) throws -> [UInt8] {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    guard count >= 0 else { throw FileError(path: path, code: errno) }
    if count == 0 { return bytes }
    bytes += chunk[..<count]
  }
}

/// Writes the whole file.
func write(_ bytes: [UInt8], to path: String) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
  defer { close(descriptor) }
  guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
    throw FileError(path: path, code: errno)
  }
}

func isSet(_ variable: String) -> Bool { getenv(variable) != nil }
