import LokBooks
import LokShard
import LokWire

/// What a phone has said that a session may cost it.
extension Session {
  var isBudgetSpent: Bool { budgetLeft.map { $0 <= 0 } ?? false }

  mutating func spend(_ bytes: Int) { budgetLeft = budgetLeft.map { $0 - bytes } }

  /// So much of `bytes` goes into a page that its frame is about as large as what is left. The smallest page
  /// goes whole: else a budget below it would bring nothing for ever.
  func withinBudget(_ bytes: Int) -> Int {
    guard let budgetLeft else { return bytes }
    return min(bytes, max((budgetLeft - Self.pageOverheadBytes) / 4 * 3, Self.smallestPageBytes))
  }

  /// The budget is spent: what is new of the scope goes all the same, and how much waits is told. Where
  /// nothing waits the download ends as any other.
  mutating func heldBack(
    _ download: Download, _ page: ReadPage?, _ cursor: DownloadCursor, _ held: HeldBack, _ call: UInt32
  ) -> [Action] {
    guard held.sets > 0 else { return pageRead(download, page, cursor, call) }
    guard let page else { return end(call, held.status) }
    let first = send(Frame(call: call), carrying: page.payload)
    return [first] + end(call, held.status)
  }
}
