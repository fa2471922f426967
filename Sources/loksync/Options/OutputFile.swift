import Foundation

/// Files that a command writes because it was asked to.
enum OutputFile {
  /// Whole or not at all.
  /// - Throws: `Failure`, naming the file.
  static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure(
        .inputOutput, "\(path) cannot be written", next: "Check the folder and the room on the disk")
    }
  }
}

enum WorkFolder {
  /// The folder at `path`, made where it is missing; nil = a new one in the system's temporary folder.
  /// - Throws: `Failure`, naming the folder.
  static func make(_ path: String?) throws -> String {
    let path =
      path
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("loksync-\(UUID().uuidString)").path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure(.inputOutput, "the folder \(path) cannot be made", next: "Check the path")
    }
    return path
  }
}
