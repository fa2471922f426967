import Foundation

/// A folder of its own for each test, gone with the value. Short, as a Unix socket's path has to be.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let name = UUID().uuidString.prefix(13)
    path = FileManager.default.temporaryDirectory.appendingPathComponent("lok-e2e-\(name)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }

  func write(_ text: String, as name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  /// A closed SQLite file, with its log.
  func copyStore(_ name: String, to copy: String) throws {
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path(name) + suffix) {
      try FileManager.default.copyItem(atPath: path(name) + suffix, toPath: path(copy) + suffix)
    }
  }

  /// Every file below a folder, with its bytes.
  static func files(below folder: String) throws -> [(path: String, bytes: Data)] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().compactMap { name in
      let path = folder + "/" + name
      let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
      guard type == .typeRegular else { return nil }
      return (path, try Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }
}
