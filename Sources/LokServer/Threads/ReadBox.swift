import Synchronization

/// What one reader's thread has to answer, posted by any other; taken in the order of `ReadQueue`.
///
/// Its bounds: a session waits for one answer of each of its calls, and first downloads are turned away when
/// too many wait.
package final class ReadBox: Sendable {
  private let queue = Mutex(ReadQueue())
  private let bell: Bell

  /// `bell` is rung at each posting.
  package init(bell: Bell = Bell()) { self.bell = bell }

  /// False where it is turned away.
  package func post(_ request: ReadRequest) -> Bool {
    guard queue.withLock({ $0.put(request) }) else { return false }
    bell.ring()
    return true
  }

  /// Maybe nothing.
  package func takeBatch() -> [ReadRequest] { queue.withLock { $0.nextBatch() } }

  package var isEmpty: Bool { queue.withLock { $0.isEmpty } }

  /// Wakes its owner without a posting.
  package func ring() { bell.ring() }

  package func wait() { bell.wait(milliseconds: nil) }
}
