import Foundation

/// Where warnings and failures go, so that the standard output stays the answer.
enum StandardError {
  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }
}

/// For what somebody waits for: written at once, also into a file or a pipe.
enum StandardOutput {
  static func write(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
  }
}
