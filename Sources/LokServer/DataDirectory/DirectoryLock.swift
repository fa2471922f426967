import Foundation

/// The right to write in a data directory: held by one process, given back with the value or when the process
/// ends, however it ends.
package final class DirectoryLock: Sendable {
  private let file: Int32

  /// - Throws: `DataDirectoryError.heldBy`; `.missing` where there is no such directory.
  package init(_ directory: DataDirectory) throws {
    let file = open(directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw DataDirectoryError.missing(path: directory.path, what: "a writable lock file")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let owner = Self.owner(in: file)
      close(file)
      throw DataDirectoryError.heldBy(pid: owner)
    }
    self.file = file
    // Only said to people: the lock itself is the kernel's.
    let text = Array("\(getpid())\n".utf8)
    if ftruncate(file, 0) == 0 { _ = pwrite(file, text, text.count, 0) }
  }

  deinit { close(file) }

  private static func owner(in file: Int32) -> Int32? {
    var text = [UInt8](repeating: 0, count: 16)
    let count = pread(file, &text, text.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: text.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}
