import Foundation

extension TemporaryDirectory {
  private static let suffixes = ["", "-wal"]

  /// A closed shard, with its WAL.
  func copyShard(_ path: String, to target: String) throws {
    for suffix in Self.suffixes where try exists(path + suffix) {
      try? FileManager.default.removeItem(atPath: target + suffix)
      try FileManager.default.copyItem(atPath: path + suffix, toPath: target + suffix)
    }
  }

  func replaceShard(_ path: String, by source: String) throws {
    try removeShard(path)
    try copyShard(source, to: path)
  }

  func removeShard(_ path: String) throws {
    for suffix in ["", "-wal", "-shm"] where try exists(path + suffix) {
      try FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  func exists(_ path: String) throws -> Bool { FileManager.default.fileExists(atPath: path) }
}
