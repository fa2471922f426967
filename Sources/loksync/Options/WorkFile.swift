import Foundation

/// A database that is needed only while a command runs.
enum WorkFile {
  /// Gives `body` the path of a file that does not exist yet, in a folder of its own that is removed after.
  static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("loksync-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.appendingPathComponent("work.sqlite").path)
  }
}
