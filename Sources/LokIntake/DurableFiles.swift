import Foundation

/// The few file operations on which a promise rests: each has reached the disk when it returns.
package enum DurableFiles {
  /// New, renamed and removed names in a folder survive a power cut only after this.
  package static func syncFolder(_ path: String) throws(IntakeError) {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw .system(call: "open", path: path, errno: errno) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw .system(call: "fsync", path: path, errno: errno) }
  }

  /// Replaces what bears the new name; both in one folder, which is synced.
  package static func rename(_ path: String, to target: String) throws(IntakeError) {
    guard Foundation.rename(path, target) == 0 else {
      throw .system(call: "rename", path: path, errno: errno)
    }
    try syncFolder(folder(of: target))
  }

  /// A file that is not there is removed already. The folder is not synced.
  package static func remove(_ path: String) throws(IntakeError) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw .system(call: "unlink", path: path, errno: errno)
    }
  }

  /// Makes one folder; its parent has to be there. The parent is synced.
  package static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(IntakeError) {
    guard mkdir(path, mode_t(mode)) == 0 else { throw .system(call: "mkdir", path: path, errno: errno) }
    try syncFolder(folder(of: path))
  }

  /// Writes a new file, readable as `mode` says from its first moment on; an existing one is left alone
  /// (`EEXIST`). The folder is synced.
  package static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(IntakeError) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
    guard file >= 0 else { throw .system(call: "open", path: path, errno: errno) }
    defer { close(file) }
    try put(bytes, into: file, path)
    try syncFolder(folder(of: path))
  }

  /// Writes `bytes` from `offset` on and ends the file behind them. A new file's folder is synced.
  package static func extend(
    _ path: String, from offset: Int, with bytes: [UInt8], mode: UInt32
  ) throws(IntakeError) {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode_t(mode))
    guard file >= 0 else { throw .system(call: "open", path: path, errno: errno) }
    defer { close(file) }
    guard ftruncate(file, off_t(offset)) == 0, lseek(file, off_t(offset), SEEK_SET) == off_t(offset) else {
      throw .system(call: "ftruncate", path: path, errno: errno)
    }
    try put(bytes, into: file, path)
    if offset == 0 { try syncFolder(folder(of: path)) }
  }

  private static func put(_ bytes: [UInt8], into file: Int32, _ path: String) throws(IntakeError) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .system(call: "write", path: path, errno: errno) }
      written += count
    }
    guard fsync(file) == 0 else { throw .system(call: "fsync", path: path, errno: errno) }
  }

  private static func folder(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    let folder = parts.dropLast().joined(separator: "/")
    if path.hasPrefix("/") { return "/" + folder }
    return folder.isEmpty ? "." : folder
  }
}
