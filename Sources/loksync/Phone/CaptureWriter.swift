import Foundation
import LokWire
import Synchronization

/// Writes a capture as the conversation goes on.
final class CaptureWriter: Sendable {
  private let file: Mutex<FileHandle>

  /// Readable by its owner alone: names and sums stand in it.
  /// - Throws: `Failure`, naming the file.
  init(_ path: String) throws {
    let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: attributes),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw Failure(.inputOutput, "\(path) cannot be written", next: "Check the folder") }
    file = Mutex(handle)
  }

  /// Nil = a connection begins. A capture that cannot be written is no reason to break off a sync.
  func note(_ frame: CapturedFrame?) {
    let line = (frame.map(CaptureFile.line) ?? CaptureFile.heading) + "\n"
    file.withLock { try? $0.write(contentsOf: Data(line.utf8)) }
  }
}
