import Foundation
import Synchronization

/// How far a run is, on standard error: a bar that moves on a terminal, a line a part elsewhere.
final class Progress: Sendable {
  private struct State {
    var part = ""
    var done = 0
    var total = 1
    var shown = -1
  }
  private let state = Mutex(State())
  private let isTerminal = isatty(2) == 1
  private let isSilent: Bool

  init(isSilent: Bool = false) { self.isSilent = isSilent }

  func begin(_ part: String, of total: Int) {
    state.withLock { state in
      state = State(part: part, total: max(1, total))
      if !isTerminal { write("\(part) (\(total))\n") }
    }
  }

  func advance() {
    state.withLock { state in
      state.done += 1
      let percent = min(100, state.done * 100 / state.total)
      guard isTerminal, percent != state.shown else { return }
      state.shown = percent
      let bar = String(repeating: "#", count: percent / 4) + String(repeating: ".", count: 25 - percent / 4)
      write("\r[\(bar)] \(percent) % \(state.part)\u{1B}[K" + (state.done >= state.total ? "\n" : ""))
    }
  }

  private func write(_ text: String) {
    guard !isSilent else { return }
    FileHandle.standardError.write(Data(text.utf8))
  }
}
