import Foundation

/// A program that starts a server may be killed before it stops it. The pipe that it holds ends all the same.
enum EndOfInput {
  /// SIGTERM for this process when the standard input has ended.
  static func stopsThisProcess() {
    let thread = Thread {
      while let read = try? FileHandle.standardInput.read(upToCount: 4_096), !read.isEmpty {}
      kill(getpid(), SIGTERM)
    }
    thread.start()
    thread.name = "end-of-input"
  }
}
