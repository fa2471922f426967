import LokBooks

/// A frame as it crossed a connection, for people who want to know what it says.
package struct CapturedFrame: Hashable, Sendable {
  package enum Direction: String, Hashable, Sendable {
    case up = ">"
    case down = "<"
  }

  package var direction: Direction
  /// The encoded `Frame`, without its length.
  package var bytes: [UInt8]

  package init(_ direction: Direction, _ bytes: [UInt8]) {
    self.direction = direction
    self.bytes = bytes
  }
}

/// Conversations in a text file: a line of `LOKSYNC CAPTURE 1` where a connection begins, then a line a
/// frame, `>` up or `<` down and its bytes in hexadecimal.
package enum CaptureFile {
  package static let heading = "LOKSYNC CAPTURE 1"

  package static func line(_ frame: CapturedFrame) -> String {
    "\(frame.direction.rawValue) \(frame.bytes.hexadecimal)"
  }

  package enum Line: Hashable, Sendable {
    case connection
    case frame(CapturedFrame)
  }

  /// Nil = no line of such a file.
  package static func read(_ line: some StringProtocol) -> Line? {
    if line == heading { return .connection }
    let parts = line.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, let direction = CapturedFrame.Direction(rawValue: String(parts[0])),
      let bytes = [UInt8](hexadecimal: parts[1]), !bytes.isEmpty
    else { return nil }
    return .frame(CapturedFrame(direction, bytes))
  }
}
