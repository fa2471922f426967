import Dispatch
import Foundation

/// A thread of our own for calls that block: neither an event loop nor Swift's pool may wait for a disk.
package final class WorkerThread: Sendable {
  private let ended = DispatchGroup()

  /// Runs `body` to its end on a new thread.
  package init(name: String, _ body: @escaping @Sendable () -> Void) {
    let ended = ended
    ended.enter()
    let thread = Thread {
      body()
      ended.leave()
    }
    thread.stackSize = 2 * 1024 * 1024
    thread.start()
    // Before the start a name is not taken up.
    thread.name = name
  }

  /// Blocks until `body` has returned.
  package func join() { ended.wait() }

  /// Waits for `body` to return without blocking a thread.
  package func joined() async {
    await withCheckedContinuation { continuation in
      ended.notify(queue: .global()) { continuation.resume() }
    }
  }
}
