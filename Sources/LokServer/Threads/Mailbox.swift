import Synchronization

/// What one thread has to do next, posted by any other; taken whole, in the order of posting.
///
/// Its bounds are those of what posts: calls and sets in flight per connection, and the lag limits.
package final class Mailbox<Element: Sendable>: Sendable {
  private let contents = Mutex<[Element]>([])
  private let bell: Bell

  /// `bell` is rung at each posting.
  package init(bell: Bell = Bell()) { self.bell = bell }

  package func post(_ elements: [Element]) {
    guard !elements.isEmpty else { return }
    contents.withLock { $0 += elements }
    bell.ring()
  }

  /// Everything there is, maybe nothing.
  package func take() -> [Element] {
    contents.withLock { contents in
      defer { contents = [] }
      return contents
    }
  }

  package var isEmpty: Bool { contents.withLock { $0.isEmpty } }

  /// Wakes its owner without a posting.
  package func ring() { bell.ring() }

  package func wait(milliseconds: Int64?) { bell.wait(milliseconds: milliseconds) }
}
