import Dispatch
import Synchronization

/// Wakes one thread that waits. Rings that nobody has heard yet count once.
package final class Bell: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let isRung = Atomic<Bool>(false)

  package init() {}

  package func ring() {
    if !isRung.exchange(true, ordering: .acquiringAndReleasing) { semaphore.signal() }
  }

  /// Returns when it rings, or `milliseconds` have passed; nil = however long that takes.
  package func wait(milliseconds: Int64?) {
    if let milliseconds {
      _ = semaphore.wait(timeout: .now() + .milliseconds(Int(clamping: max(0, milliseconds))))
    } else {
      semaphore.wait()
    }
    _ = isRung.exchange(false, ordering: .acquiringAndReleasing)
  }
}
