import Foundation
import LokDevice
import Synchronization

/// A bar on the terminal for who waits for a sync; nothing where the standard error is none.
final class ProgressLine: Sendable {
  private static let width = 24
  private let isShown = Mutex(false)

  /// Nil where nobody looks.
  static func ofTerminal() -> ProgressLine? { isatty(STDERR_FILENO) == 1 ? ProgressLine() : nil }

  func show(_ progress: SyncProgress) {
    isShown.withLock { $0 = true }
    write("\r" + Self.text(progress) + "\u{1B}[K")
  }

  /// The line is free for what comes.
  func clear() {
    if isShown.withLock({ $0 }) { write("\r\u{1B}[K") }
  }

  /// `[############............]  50 %  3 of 6 sets up, 12,345 B down`
  static func text(_ progress: SyncProgress) -> String {
    let filled = progress.permille * width / 1_000
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    var facts: [String] = []
    if progress.setsUp.of > 0 { facts.append("\(progress.setsUp.done) of \(progress.setsUp.of) sets up") }
    if progress.snapshots.of > 0 {
      facts.append("\(progress.snapshots.done) of \(progress.snapshots.of) parts of groups")
    }
    facts.append("\(progress.bytesUp) B up, \(progress.bytesDown) B down")
    return "[\(bar)] \(progress.permille / 10) %  " + facts.joined(separator: ", ")
  }

  private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
