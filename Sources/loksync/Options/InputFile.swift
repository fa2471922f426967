import Foundation

/// Files that a person names on the command line.
package enum InputFile {
  /// More than any file that is typed by hand.
  package static let bytesMaximum = 8 * 1024 * 1024

  /// - Throws: `Failure`, naming the file.
  package static func bytes(of path: String) throws -> [UInt8] {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure(.notFound, "there is no file \(path)", next: "Check the path")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw Failure(.inputOutput, "\(path) cannot be read", next: "Check its permissions")
    }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: bytesMaximum + 1) else {
      throw Failure(.inputOutput, "\(path) cannot be read", next: "Check that it is a file")
    }
    guard data.count <= bytesMaximum else {
      throw Failure(
        .badData, "\(path) is larger than \(bytesMaximum / 1024 / 1024) MiB", next: "Check the path")
    }
    return [UInt8](data)
  }
}
