import Foundation

/// A path for one test's database, removed with what SQLite lays beside it.
final class TemporaryFile {
  let path = NSTemporaryDirectory() + "lok-sqlite-" + UUID().uuidString
  deinit {
    for suffix in ["", "-wal", "-shm", "-journal"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }
}
